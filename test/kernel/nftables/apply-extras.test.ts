import { expect, it } from "vitest";
import { addressesOf, applyCase, NEW } from "../../support/apply-cases.ts";
import { runNamed } from "../../support/apply-named.ts";
import type { Step } from "../../support/apply-session.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { nftProblem } from "../../support/nft-load.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

const LISTED: Step = { shell: "nft -s list ruleset" };

describeUnless(await nftProblem(), "svcnat apply where somebody has added to kube-proxy's table", () => {
	it("removes rules that only count, and makes a table with objects or options again, saying why", async () => {
		const directory = temporaryDirectory();
		const apply: Step = { svcnat: applyCase(NEW, "nftables", directory) };
		const at = await runNamed(
			[
				["", apply],
				["clean", LISTED],
				["", { shell: "nft add rule ip kube-proxy services counter" }],
				["counting rule", apply],
				["without the rule", LISTED],
				["", { shell: "nft add counter ip kube-proxy cc" }],
				["object", apply],
				["without the object", LISTED],
				["", { shell: "nft add table ip6 kube-proxy '{ flags dormant; }'" }],
				["switched off", apply],
				["switched on", LISTED],
				["again", apply],
			],
			{ addresses: addressesOf([NEW]), directory },
		);
		expect(at("counting rule").stderr).toContain("the node has what it should have");
		expect(at("without the rule").stdout).toBe(at("clean").stdout);
		expect(at("object").stderr).toMatch(
			/warning: table ip kube-proxy is deleted and made again in one step, because it has what kube-proxy does not make: counter cc \{ .*\}; clients/,
		);
		expect(at("without the object").stdout).not.toContain("counter cc");
		expect(at("switched off").stderr).toMatch(/warning: table ip6 kube-proxy is deleted .*: flags dormant; clients/);
		expect(at("switched on").stdout).not.toContain("dormant");
		expect(at("again").stderr).toContain("nothing to do");
	});
});
