import { expect, it } from "vitest";
import { addressesOf, applyCase, NEW, OLD } from "../../support/apply-cases.ts";
import { runSession, type Step, type StepResult } from "../../support/apply-session.ts";
import { IS_LONG } from "../../support/is-long.ts";
import type { Variant } from "../../support/kernel-load.ts";
import { describeKernel } from "../../support/kernel-suite.ts";
import { svcnatWords } from "../../support/shell-words.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

/** Kills svcnat as soon as it has all of the text, and loads it all the same, much later. */
const LATE = `if [ -n "$LATE" ]; then
	cat >"$SESSION/orphan"
	kill -9 $PPID
	sleep 2
	"$real" "$@" <"$SESSION/orphan"
	rm "$SESSION/orphan"
	exit
fi
exec "$real" "$@"`;

const ORPHAN_ENDS: Step = { shell: 'while [ -e "$SESSION/orphan" ]; do sleep 0.05; done' };

/** A run that is killed while it loads NEW over OLD, then another one for OLD, and what is left to do when all is over. */
async function runAfterKill(variant: Variant, more: readonly string[]): Promise<readonly StepResult[]> {
	const directory = temporaryDirectory();
	const old = applyCase(OLD, variant, directory);
	const words = svcnatWords(applyCase(NEW, variant, directory));
	const steps: readonly Step[] = [
		{ svcnat: old },
		{ shell: `LATE=yes ${words}` },
		{ svcnat: [...old, ...more] },
		ORPHAN_ENDS,
		{ svcnat: [...old, "--dry-run"] },
	];
	const programs = { [`iptables-${variant}-restore`]: LATE };
	const results = await runSession(steps, { addresses: addressesOf([OLD, NEW]), programs, directory });
	expect(results[0]).toMatchObject({ status: 0 });
	expect(results[1]).toMatchObject({ status: 137 });
	return results.slice(2);
}

const variants: readonly Variant[] = IS_LONG ? ["legacy", "nft"] : ["nft"];

for (const variant of variants) {
	await describeKernel(`svcnat apply after one that was killed, with ${variant} iptables`, variant, () => {
		it("waits for the program that is still loading rules", async () => {
			const [next, , left] = await runAfterKill(variant, []);
			expect(next).toMatchObject({ status: 0, stderr: expect.stringContaining("note: done") });
			expect(left).toMatchObject({ status: 0, stdout: "" });
		});

		it("does nothing when that takes too long", async () => {
			const [next, , left] = await runAfterKill(variant, ["--lock-timeout", "0.2"]);
			const says = "or a program that one left when it was killed, is changing rules here; waited 0.2 s";
			expect(next).toMatchObject({ status: 2, stderr: expect.stringContaining(says) });
			expect(left?.stdout).toMatch(/^iptables-.*-restore -w 5 --noflush <</m);
		});
	});
}
