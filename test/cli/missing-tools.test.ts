import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Run, svcnat } from "../support/svcnat.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const SHOP = ["-f", "fixtures/shop", "--node", "worker-1"];

/** Runs a command that reads the rules of this machine, with scripts of sh for programs and nothing else on the PATH. */
async function runWith(
	args: readonly string[],
	programs: Readonly<Record<string, string>>,
): Promise<Run & { PATH: string }> {
	const PATH = temporaryDirectory();
	for (const [name, body] of Object.entries(programs)) {
		writeFileSync(join(PATH, name), `#!/bin/sh\n${body}\n`);
		chmodSync(join(PATH, name), 0o755);
	}
	return { ...(await svcnat(args, { env: { PATH } })), PATH };
}

const V4 = { "iptables-save": "exit 0" };

it.each([
	[
		"apply",
		["apply", ...SHOP, "--dry-run"],
		{},
		"iptables-save is not there: install iptables, or let PATH, which is PATH, lead to it",
	],
	[
		"apply",
		["apply", ...SHOP, "--dry-run"],
		V4,
		"ip6tables-save is not there: install iptables, or let PATH, which is PATH, lead to it, or leave IPv6 out (--ip-family ipv4)",
	],
	[
		"cleanup",
		["cleanup", "--dry-run"],
		V4,
		"ip6tables-save is not there: install iptables, or let PATH, which is PATH, lead to it, or leave IPv6 out (--ip-family ipv4)",
	],
	[
		"apply in IPVS mode",
		["apply", ...SHOP, "--dry-run", "--proxy-mode", "ipvs", "--ip-family", "ipv4"],
		V4,
		"ip is not there: install iproute2, or let PATH, which is PATH, lead to it",
	],
	[
		"diff",
		["diff", ...SHOP],
		{},
		"iptables-save is not there: install iptables, or let PATH, which is PATH, lead to it, or give --live FILE",
	],
])("%s says what to do about a missing tool", async (_, args, programs, says) => {
	const { exitCode, stderr, PATH } = await runWith(args, programs);
	expect(stderr.split("\n").at(-2)?.replaceAll(PATH, "PATH")).toBe(`error: ${says}`);
	expect(exitCode).toBe(2);
});

it("only who is not root is told to be root", async () => {
	const hangs = { "iptables-save": "while :; do :; done" };
	const { stderr } = await runWith(["apply", ...SHOP, "--dry-run", "--command-timeout", "0.2"], hangs);
	expect(stderr).toContain("iptables-save failed with exit status 124: killed, because it took more than 0.2 s");
	expect(stderr.includes("reading rules needs root")).toBe(process.geteuid?.() !== 0);
});
