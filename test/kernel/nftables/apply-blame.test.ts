import { expect, it } from "vitest";
import { addressesOf, applyCase, NEW, OLD, savedTexts, saveStep } from "../../support/apply-cases.ts";
import { runSession } from "../../support/apply-session.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { nftProblem } from "../../support/nft-load.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

/** What somebody makes of a line that the kernel then refuses, and whom it belongs to. */
const REFUSALS: readonly (readonly [what: string, sed: string, says: RegExp])[] = [
	[
		"a rule of the second family",
		"/^add rule ip6 .*big.all.tcp.http.* dnat /s/meta l4proto/ip6 saddr @nobody meta l4proto/",
		/^line \d+, which belongs to Service big\/all:http: add rule ip6 kube-proxy \S+ meta l4proto tcp dnat to /m,
	],
	[
		"an element",
		"/^add element ip kube-proxy service-nodeports .*all.tcp.http/s/goto /goto no/",
		/^line \d+, which belongs to Service big\/all:http: add element ip kube-proxy service-nodeports .* : goto external-/m,
	],
	[
		"a rule that all share",
		"/^add rule .* masquerade fully-random/s/masquerade/goto nowhere/",
		/^line \d+, which belongs to rules that all Services share: add rule ip kube-proxy masquerading .*masquerade fully-random$/m,
	],
];

/** The text is changed on its way to nft. */
function changing(sed: string): string {
	return `case "$*" in *"-f -"*) sed '${sed}' | "$real" "$@" ;; *) exec "$real" "$@" ;; esac`;
}

describeUnless(await nftProblem(), "a line that nft refuses", () => {
	it.each(
		IS_LONG ? REFUSALS : REFUSALS.slice(0, 1),
	)("is blamed on its owner, and nothing changes: %s", async (_, sed, says) => {
		const directory = temporaryDirectory();
		const save = saveStep("nftables");
		const clean = { programs: {}, directory: temporaryDirectory() };
		const good = await runSession([{ svcnat: applyCase(OLD, "nftables", directory) }, save], {
			...clean,
			addresses: addressesOf([OLD]),
		});
		const [first, before, run, after] = await runSession(
			[
				{ shell: "nft -f -", input: good[1]?.stdout.replace(/^==== IPv6$/m, "") ?? "" },
				save,
				{ svcnat: applyCase(NEW, "nftables", directory) },
				save,
			],
			{ addresses: addressesOf([NEW]), programs: { nft: changing(sed) }, directory },
		);
		if (before === undefined || after === undefined) throw new Error("a step is missing");
		expect(first).toMatchObject({ status: 0 });
		expect(before.stdout).toContain("table ip6 kube-proxy {");
		expect(run).toMatchObject({ status: 2, stderr: expect.stringMatching(says) });
		expect(run?.stderr).toMatch(
			/^error: see whether nft would load what changes: nft --check -f -: exit status 1: \/dev\/stdin:\d+:[\d-]+: Error: .+?(?: \(and \d+ lines? more\))?$/m,
		);
		expect(run?.stderr).toMatch(/^nothing had been changed$/m);
		expect(savedTexts(after)).toEqual(savedTexts(before));
	});
});
