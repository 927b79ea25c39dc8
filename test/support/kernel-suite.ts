import { describe, it } from "vitest";
import type { Variant } from "./kernel-load.ts";
import { kernelProblem } from "./kernel-problem.ts";

/**
 * `describe` for tests that load rules with a variant of iptables. Where that is impossible they are skipped, with the
 * reason in the name. In CI that is a failure, lest nobody notices that nothing is tested.
 */
export async function describeKernel(name: string, variant: Variant, tests: () => void): Promise<void> {
	const problem = await kernelProblem(variant);
	if (problem === undefined) {
		describe(name, tests);
		return;
	}
	describe.skip(`${name} [skipped: ${problem}]`, tests);
	if (!process.env["CI"]) return;
	it(`${name}: CI has what it takes to load rules`, () => {
		throw new Error(problem);
	});
}
