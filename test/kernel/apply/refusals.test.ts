import { expect, it } from "vitest";
import { addressesOf, applyCase, NEW, savedTexts, saveStep } from "../../support/apply-cases.ts";
import { othersOf } from "../../support/apply-chain.ts";
import { runSession, type Step } from "../../support/apply-session.ts";
import { describeKernel } from "../../support/kernel-suite.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

const LISTENER = `require("net").createServer().listen(10256, "127.0.0.1", () => console.log("there"))`;

/** A copy of `sleep` with another name, in this network namespace or in one of its own. */
function sleeping(name: string, inFront = ""): Step {
	const copy = `cp "$(command -v sleep)" "$SESSION/${name}"`;
	return { shell: `${copy}; ${inFront} "$SESSION/${name}" 50 >/dev/null 2>&1 & echo $! >>"$SESSION/ended"; sleep 0.2` };
}

const REASONS: readonly (readonly [what: string, steps: readonly Step[], isHere: boolean, says: RegExp])[] = [
	[
		"none of the node's addresses is here",
		[],
		false,
		/none of the node's addresses \(192\.0\.2\.11, 2001:\S+\) is on an interface/,
	],
	["a kube-proxy is running", [sleeping("kube-proxy")], true, /a kube-proxy is running \(process \d+\)/],
	["kube-router is running", [sleeping("kube-router")], true, /kube-router is running \(process \d+\)/],
	["Cilium is running", [sleeping("cilium-agent")], true, /Cilium is running \(process \d+\)/],
	[
		"somebody answers at kube-proxy's health port",
		[
			{
				shell: `'${process.execPath}' -e '${LISTENER}' >"$SESSION/up" 2>&1 & echo $! >"$SESSION/ended"; until grep -q there "$SESSION/up"; do sleep 0.05; done`,
			},
		],
		true,
		/something answers at 127\.0\.0\.1:10256/,
	],
	["Cilium has left its chains", othersOf("cilium", "nft"), true, /Cilium's chains are there and kube-proxy's are not/],
];

/** Ends what the steps started. */
const END: Step = { shell: 'for id in $(cat "$SESSION/ended" 2>/dev/null); do kill "$id"; done' };

await describeKernel("svcnat apply where it has no business", "nft", () => {
	it.each(REASONS)("refuses when %s, and goes on with --force", async (_, steps, isHere, says) => {
		const directory = temporaryDirectory();
		const apply = applyCase(NEW, "nft", directory);
		const save = saveStep("nft");
		const results = await runSession(
			[...steps, save, { svcnat: apply }, save, { svcnat: [...apply, "--force"] }, END],
			{ addresses: isHere ? addressesOf([NEW]) : [], directory },
		);
		const [before, refused, after, forced] = results.slice(steps.length);
		if (before === undefined || after === undefined) throw new Error("a step is missing");
		expect(refused).toMatchObject({ status: 2, stderr: expect.stringMatching(says) });
		expect(savedTexts(after)).toEqual(savedTexts(before));
		expect(forced).toMatchObject({ status: 0, stderr: expect.stringMatching(says) });
	});

	it("does not clean up either while a kube-proxy is running, unless told to", async () => {
		const directory = temporaryDirectory();
		const cleanup = ["cleanup", "--iptables", "nft", "--state-dir", directory];
		const save = saveStep("nft");
		const [applied, , before, refused, after, forced, left] = await runSession(
			[
				{ svcnat: applyCase(NEW, "nft", directory) },
				sleeping("kube-proxy"),
				save,
				{ svcnat: cleanup },
				save,
				{ svcnat: [...cleanup, "--force"] },
				save,
				END,
			],
			{ addresses: addressesOf([NEW]), directory },
		);
		expect([applied, refused, forced].map((one) => one?.status)).toEqual([0, 2, 0]);
		expect(refused?.stderr).toMatch(/a kube-proxy is running \(process \d+\)/);
		if (before === undefined || after === undefined) throw new Error("a step is missing");
		expect(savedTexts(after)).toEqual(savedTexts(before));
		expect(left?.stdout).not.toContain("KUBE-");
	});

	it("does not mind a kube-proxy in another network namespace", async () => {
		const directory = temporaryDirectory();
		const steps = [sleeping("kube-proxy", "unshare --net"), { svcnat: applyCase(NEW, "nft", directory) }, END];
		const [, applied] = await runSession(steps, { addresses: addressesOf([NEW]), directory });
		expect(applied).toMatchObject({ status: 0 });
	});
});
