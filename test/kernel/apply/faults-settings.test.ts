import { expect, it } from "vitest";
import { addressesOf, applyCase, NEW, OLD } from "../../support/apply-cases.ts";
import { SETTING } from "../../support/apply-faults.ts";
import { runSession, type Step } from "../../support/apply-session.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { describeKernel } from "../../support/kernel-suite.ts";
import { svcnatWords } from "../../support/shell-words.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

/** Kills svcnat before anything is loaded, when it has written its settings. */
const KILLING = `[ -z "$KILL" ] || { kill -9 $PPID; exit 1; }\nexec "$real" "$@"`;

await describeKernel("settings that svcnat apply changes", "nft", () => {
	it.each(
		IS_LONG ? ["0", "1"] : ["0"],
	)("are what they were (%s) after a crash, several runs and a cleanup", async (value) => {
		const directory = temporaryDirectory();
		const [old, now] = [OLD, NEW].map((one) => applyCase(one, "nft", directory)) as [string[], string[]];
		const killed = svcnatWords(now);
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

	it("keep no rule here when they cannot be put back, and are tried again", async () => {
		const directory = temporaryDirectory();
		const cleanup = ["cleanup", "--iptables", "nft", "--state-dir", directory];
		const lock = "mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys";
		const readOnly = svcnatWords(cleanup);
		const results = await runSession(
			[
				{ shell: "echo 0 >/proc/sys/net/ipv4/conf/all/route_localnet" },
				{ svcnat: applyCase(NEW, "nft", directory) },
				// As if a module had been there that is gone now.
				{ shell: `sed -i 's/^{/{"net.ipv4.vs.conntrack":"0",/' "$SESSION/settings.json"` },
				{ shell: `unshare --mount sh -c '${lock} && exec "$@"' sh ${readOnly}` },
				{ shell: "iptables-nft-save" },
				SETTING,
				{ svcnat: cleanup },
				SETTING,
			],
			{ addresses: addressesOf([NEW]), directory },
		);
		expect(results.map(({ status }) => status)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
		expect(results[3]?.stderr).toMatch(/warning: not done: setting net\.ipv4\.conf\.all\.route_localnet.*read-only/);
		expect(results[4]?.stdout).not.toContain("KUBE-");
		expect([5, 7].map((index) => results[index]?.stdout.trim())).toEqual(["1", "0"]);
	});

	it("stay when a cleanup is told so", async () => {
		const directory = temporaryDirectory();
		const cleanup = ["cleanup", "--iptables", "nft", "--state-dir", directory];
		const results = await runSession(
			[
				{ shell: "echo 0 >/proc/sys/net/ipv4/conf/all/route_localnet" },
				{ svcnat: applyCase(NEW, "nft", directory) },
				{ svcnat: [...cleanup, "--no-settings", "--ip-family", "ipv4"] },
				SETTING,
				{ shell: "iptables-nft-save; ip6tables-nft-save | grep -c KUBE-" },
				{ svcnat: cleanup },
				SETTING,
			],
			{ addresses: addressesOf([NEW]), directory },
		);
		expect(results.map(({ status }) => status)).toEqual([0, 0, 0, 0, 0, 0, 0]);
		expect([3, 6].map((index) => results[index]?.stdout.trim())).toEqual(["1", "0"]);
		expect(results[4]?.stdout).not.toContain("KUBE-");
		expect(Number(results[4]?.stdout.trim().split("\n").at(-1))).toBeGreaterThan(10);
	});
});
