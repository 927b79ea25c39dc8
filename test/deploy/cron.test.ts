import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Mount, runBox } from "../support/deploy-box.ts";
import { deployText, ROOT } from "../support/deploy-documents.ts";
import { fetchPackage } from "../support/deploy-package.ts";
import { BOTH_EQUAL, COMPARE, machineOf, NODE_ADDRESSES } from "../support/deploy-pod.ts";
import { IS_LONG } from "../support/is-long.ts";
import { describeKernel } from "../support/kernel-suite.ts";
import type { ScriptResult } from "../support/namespace.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

/** The lines of a crontab that set the environment, and those that run something. */
function crontab(text: string) {
	const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
	const settings = lines.flatMap((line) => {
		const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
		return name === undefined || value === undefined ? [] : [[name, value] as const];
	});
	const jobs = lines.flatMap((line) => {
		const [, schedule, user, command] = /^((?:[\d*/,-]+ ){5})(\w+) (.+)$/.exec(line) ?? [];
		return command === undefined ? [] : [{ schedule, user, command }];
	});
	expect(lines.length).toBe(settings.length + jobs.length);
	return { environment: Object.fromEntries(settings), jobs };
}

await describeKernel("svcnat.cron", "nft", () => {
	const { environment, jobs } = crontab(deployText("svcnat.cron"));

	/** Runs the command as cron would, with some settings of the crontab. */
	async function runJob(settings: Readonly<Record<string, string>>): Promise<ScriptResult> {
		const env = { PATH: "/usr/bin:/bin", HOME: "/root", LOGNAME: "root", SHELL: "/bin/sh", ...settings };
		const box = { ...machineOf(temporaryDirectory()), env, command: ["/bin/sh", "-c", jobs[0]?.command ?? ""] };
		return runBox(box, temporaryDirectory(), NODE_ADDRESSES, { after: COMPARE });
	}

	it("has one command, which runs as root every minute and loads the rules", async () => {
		expect(jobs).toMatchObject([{ schedule: "* * * * * ", user: "root" }]);
		expect(await runJob(environment)).toMatchObject({ exitCode: 0, stdout: BOTH_EQUAL, stderr: "" });
	});

	it("needs its PATH: cron's own leads to no svcnat, and to no iptables", async () => {
		expect(await runJob({})).toMatchObject({ exitCode: 127, stdout: expect.not.stringContaining("no difference") });
		const program = "/usr/local/bin:/usr/bin:/bin";
		expect(await runJob({ PATH: program })).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("iptables") });
	});
});

/** Debian's cron, and its files for svcnat. */
async function fetchCron(): Promise<readonly Mount[]> {
	const directory = temporaryDirectory();
	const files = await fetchPackage("cron", directory);
	copyFileSync(join(ROOT, "docs", "deploy", "svcnat.cron"), join(directory, "svcnat.cron"));
	mkdirSync(join(directory, "spool"));
	return [
		{ source: join(files, "usr/sbin/cron"), target: "/usr/sbin/cron", readOnly: true },
		{ source: join(files, "etc/pam.d/cron"), target: "/etc/pam.d/cron", readOnly: true },
		{ source: join(directory, "svcnat.cron"), target: "/etc/cron.d/svcnat", readOnly: true },
		{ source: join(directory, "spool"), target: "/var/spool/cron/crontabs", readOnly: false },
	];
}

// Takes up to two minutes, and Debian's servers.
describe.skipIf(!IS_LONG)("svcnat.cron in a real cron [only with SVCNAT_TEST_LONG]", () => {
	it("loads the rules when the minute is full", { timeout: 180_000 }, async () => {
		const machine = machineOf(temporaryDirectory());
		const box = { ...machine, mounts: [...machine.mounts, ...(await fetchCron())], command: ["cron", "-f"] };
		const run = await runBox(box, temporaryDirectory(), NODE_ADDRESSES, {
			before: "iptables-nft-save | grep -q KUBE && exit 1",
			meanwhile: `until [ "$(${COMPARE})" = '${BOTH_EQUAL.trim()}' ]; do sleep 1; done\nkill -KILL $pid`,
			after: COMPARE,
		});
		expect(run.stdout, run.stderr).toBe(BOTH_EQUAL);
	});
});

it("docs/deploy/README.md shows the lines of svcnat.cron", () => {
	const lines = deployText("svcnat.cron").split("\n").slice(1).join("\n");
	expect(deployText("README.md")).toContain(lines.replaceAll(/^(?=.)/gm, "    "));
});
