import { expect, it } from "vitest";
import { addressesOf, applyCase, NEW, savedTexts, saveStep } from "../../support/apply-cases.ts";
import { runSession, type StepResult } from "../../support/apply-session.ts";
import { IS_LONG } from "../../support/is-long.ts";
import type { Variant } from "../../support/kernel-load.ts";
import { describeKernel } from "../../support/kernel-suite.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

/**
 * Makes the kernel refuse the rules with some words in them, in a way that the tool does not see: more packets to remember
 * than `recent` can.
 */
function refusing(words: string): string {
	return `sed '/${words}/s| -m comment | -m recent --rcheck --hitcount 100000 --name x -m comment |' | "$real" "$@"`;
}

/** The same, and the tool blames the last line only, as iptables-nft does when it finds out late. */
function blamingCommit(words: string): string {
	return `text=$(cat; echo .); text=\${text%.}
printf %s "$text" | ${refusing(words)} 2>/dev/null && exit
echo "iptables-nft-restore: line $(printf %s "$text" | grep -n COMMIT | tail -1 | cut -d: -f1) failed" >&2
exit 1`;
}

/** What is refused, and whose it is. */
const REFUSALS: readonly (readonly [words: string, says: RegExp])[] = [
	["all:http cluster IP", /^line \d+, which belongs to Service big\/all:http: -A KUBE-S\S+ .*all:http cluster IP/m],
	["all:h3 -> 10", /^line \d+, which belongs to Service big\/all:h3: -A KUBE-SV[CL]-\S+ .*big\/all:h3 -> 10/m],
	[
		"kubernetes postrouting rules",
		/^line \d+, which belongs to rules that all Services share: .* -j KUBE-POSTROUTING$/m,
	],
];

const some = IS_LONG ? REFUSALS : REFUSALS.slice(0, 1);

async function refusedRun(variant: Variant, body: string, without = ""): Promise<StepResult> {
	const directory = temporaryDirectory();
	const save = saveStep(variant);
	const [before, run, after] = await runSession([save, { svcnat: applyCase(NEW, variant, directory) }, save], {
		addresses: addressesOf([NEW]),
		programs: { [`iptables-${variant}-restore`]: body, ...(without === "" ? {} : { [without]: "exit 1" }) },
		directory,
	});
	if (before === undefined || run === undefined || after === undefined) throw new Error("a step is missing");
	expect(savedTexts(after)).toEqual(savedTexts(before));
	return run;
}

for (const variant of ["legacy", "nft"] as const) {
	await describeKernel(`a line that the kernel refuses, with ${variant} iptables`, variant, () => {
		it.each(some)("is blamed on its owner: %s", async (words, says) => {
			const { status, stderr } = await refusedRun(variant, refusing(words));
			expect(stderr).toMatch(says);
			expect(status).toBe(2);
		});

		it.each(some)("is found where only COMMIT is blamed: %s", async (words, says) => {
			const { status, stderr } = await refusedRun(variant, blamingCommit(words));
			expect(stderr).toMatch(says);
			expect(status).toBe(2);
		});

		it("is not named without unshare, which is said", async () => {
			const { status, stderr } = await refusedRun(variant, blamingCommit("all:http cluster IP"), "unshare");
			expect(stderr).toContain("which line it is can be found out as root, with unshare and network namespaces");
			expect(status).toBe(2);
		});
	});
}
