import { expect, it } from "vitest";
import { addressesOf, applyCase, NEW, OLD } from "../../support/apply-cases.ts";
import { SETTING } from "../../support/apply-faults.ts";
import { runSession, type Step } from "../../support/apply-session.ts";
import { describeKernel } from "../../support/kernel-suite.ts";
import { SVCNAT } from "../../support/svcnat.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

const isLong = process.env["SVCNAT_TEST_LONG"] !== undefined;

/** Kills svcnat before anything is loaded, when it has written its settings. */
const KILLING = `[ -z "$KILL" ] || { kill -9 $PPID; exit 1; }\nexec "$real" "$@"`;

await describeKernel("settings that svcnat apply changes", "nft", () => {
	it.each(
		isLong ? ["0", "1"] : ["0"],
	)("are what they were (%s) after a crash, several runs and a cleanup", async (value) => {
		const directory = temporaryDirectory();
		const [old, now] = [OLD, NEW].map((one) => applyCase(one, "nft", directory)) as [string[], string[]];
		const killed = [process.execPath, SVCNAT, ...now].map((word) => `'${word}'`).join(" ");
		const cleanup: Step = { svcnat: ["cleanup", "--iptables", "nft", "--state-dir", directory] };
		const results = await runSession(
			[
				{ shell: `echo ${value} >/proc/sys/net/ipv4/conf/all/route_localnet` },
				{ shell: `KILL=yes ${killed}` },
				SETTING,
				...[now, old, now].map((svcnat): Step => ({ svcnat })),
				SETTING,
				cleanup,
				SETTING,
			],
			{ addresses: addressesOf([OLD, NEW]), programs: { "iptables-nft-restore": KILLING }, directory },
		);
		const statuses = results.map(({ status }) => status);
		expect(statuses, results.map(({ stderr }) => stderr).join("")).toEqual([0, 137, 0, 0, 0, 0, 0, 0, 0]);
		expect([2, 6, 8].map((index) => results[index]?.stdout.trim())).toEqual(["1", "1", value]);
	});
});
