import { expect, it } from "vitest";
import { savedTexts, saveStep } from "../../support/apply-cases.ts";
import { applyWords, HERE, put, shopWith, shopWithout, WORKER } from "../../support/apply-every.ts";
import { runNamed } from "../../support/apply-named.ts";
import type { Step } from "../../support/apply-session.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { describeKernel } from "../../support/kernel-suite.ts";

const LOST = [
	["Service", /^error: no Service of the objects gives rules, not even .*: the rules stay as they are \(--force/m],
	["EndpointSlice", /^error: the objects have Services but not one EndpointSlice.*: the rules stay as they are/m],
] as const;

const LOADERS = [
	["nft", /^iptables-nft-restore /m, "KUBE-SEP-"],
	["nftables", /^nft -f - /m, "numgen random"],
] as const;

const TRIALS = LOADERS.flatMap((loader) => LOST.map((lost) => [...lost, ...loader] as const));

await describeKernel("svcnat apply of objects of which a kind is missing altogether", "nft", () => {
	it.each(
		IS_LONG ? TRIALS : TRIALS.slice(0, 3),
	)("keeps the rules without any %s, and removes them with --force", async (kind, says, loader, loads, translates) => {
		const save = saveStep(loader);
		const apply = (more: string): Step => ({
			shell: `'${process.execPath}' ${applyWords(loader, '"$SESSION/state"')} ${more}`,
		});
		const at = await runNamed(
			[
				["", put(shopWithout(kind))],
				["clean node", apply("-q")],
				["", put(shopWith(HERE))],
				["", apply("-q")],
				["before", save],
				["", put(shopWithout(kind))],
				["refused", apply("-q")],
				["after", save],
				["dry run", apply("--dry-run")],
				["unchanged", save],
				["forced", apply("--force")],
				["forced rules", save],
				["again", apply("")],
			],
			{ addresses: WORKER },
		);
		expect(at("clean node")).toMatchObject({ status: 0, stderr: "" });
		expect(at("refused")).toMatchObject({ status: 2, stderr: expect.stringMatching(says) });
		expect(savedTexts(at("before")).v4).toContain(HERE);
		expect(at("before").stdout).toContain(translates);
		expect(savedTexts(at("after"))).toEqual(savedTexts(at("before")));
		const warns = new RegExp(`^warning: .*${kind}.* and this node has rules for`, "m");
		expect(at("dry run")).toMatchObject({ status: 0, stderr: expect.stringMatching(warns) });
		expect(at("dry run").stdout).toMatch(loads);
		expect(savedTexts(at("unchanged"))).toEqual(savedTexts(at("before")));
		expect(at("forced")).toMatchObject({ status: 0, stderr: expect.stringMatching(warns) });
		expect(at("forced rules").stdout).not.toContain(translates);
		expect(at("again")).toMatchObject({ status: 0, stderr: expect.stringContaining("nothing to do") });
	});
});
