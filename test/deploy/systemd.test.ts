import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runBox } from "../support/deploy-box.ts";
import { deployText, ROOT } from "../support/deploy-documents.ts";
import { BOTH_EQUAL, COMPARE, machineOf, NODE_ADDRESSES } from "../support/deploy-pod.ts";
import { describeUnless } from "../support/describe-unless.ts";
import { missingPrograms } from "../support/installed.ts";
import { describeKernel } from "../support/kernel-suite.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const UNITS = ["svcnat.service", "svcnat.timer"] as const;

/** Settings of a unit, `Section.Name`. */
function unit(file: string): Readonly<Record<string, string>> {
	let section = "";
	const pairs: (readonly [string, string])[] = [];
	for (const line of deployText(file).split("\n")) {
		const [, name] = /^\[(\w+)\]$/.exec(line) ?? [];
		const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
		if (name !== undefined) section = name;
		else if (key !== undefined && value !== undefined) pairs.push([`${section}.${key}`, value]);
		else expect(line).toMatch(/^(#.*)?$/);
	}
	return Object.fromEntries(pairs);
}

describe("units of systemd", () => {
	it("have these settings", () => {
		expect(unit("svcnat.timer")).toEqual({
			"Unit.Description": "Load the rules of Kubernetes Services, every minute",
			"Timer.OnBootSec": "10s",
			"Timer.OnUnitInactiveSec": "60s",
			"Timer.AccuracySec": "1s",
			"Install.WantedBy": "timers.target",
		});
		expect(unit("svcnat.service")).toMatchObject({
			"Unit.After": "network-online.target",
			"Unit.Wants": "network-online.target",
			"Service.Type": "oneshot",
			"Service.CapabilityBoundingSet": "CAP_NET_ADMIN CAP_NET_RAW CAP_SYS_MODULE",
		});
	});
});

await describeKernel("svcnat.service", "nft", () => {
	it("runs a command that loads the rules, with the rights it has", async () => {
		const { "Service.ExecStart": line = "", "Service.CapabilityBoundingSet": rights = "" } = unit("svcnat.service");
		const box = {
			...machineOf(temporaryDirectory()),
			capabilities: rights.toLowerCase().replaceAll("cap_", "").split(" "),
			command: line.replace("%H", "worker-1").split(" "),
		};
		const run = await runBox(box, temporaryDirectory(), NODE_ADDRESSES, { after: COMPARE });
		expect(run).toMatchObject({ exitCode: 0, stdout: BOTH_EQUAL });
	});
});

const missing = missingPrograms(["systemd-analyze"]);

describeUnless(missing.length > 0 ? "not installed" : undefined, "systemd-analyze", () => {
	it("finds nothing wrong with the units, and finds a misspelled setting", async () => {
		const directory = temporaryDirectory();
		for (const file of UNITS) copyFileSync(join(ROOT, "docs", "deploy", file), join(directory, file));
		const machine = machineOf(temporaryDirectory());
		const mounts = UNITS.map((file) => ({
			source: join(directory, file),
			target: `/etc/systemd/system/${file}`,
			readOnly: false,
		}));
		const box = { ...machine, mounts: [...machine.mounts, ...mounts] };
		const verify = `systemd-analyze verify ${UNITS.map((file) => `/etc/systemd/system/${file}`).join(" ")}`;
		const good = await runBox({ ...box, command: ["sh", "-c", verify] }, temporaryDirectory(), [], { after: "" });
		expect(good).toMatchObject({ exitCode: 0, stderr: "" });
		const service = "/etc/systemd/system/svcnat.service";
		const spoil = `sed 's/^ExecStart=/ExecStrat=/' ${service} >/tmp/spoilt && cat /tmp/spoilt >${service}`;
		const bad = await runBox({ ...box, command: ["sh", "-c", `${spoil}; ${verify}`] }, temporaryDirectory(), [], {
			after: "",
		});
		expect(bad.stderr).toContain("ExecStrat");
	});
});
