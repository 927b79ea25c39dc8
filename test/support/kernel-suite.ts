import { describeUnless } from "./describe-unless.ts";
import type { Variant } from "./kernel-load.ts";
import { kernelProblem } from "./kernel-problem.ts";

/** `describe` for tests that load rules with a variant of iptables. */
export async function describeKernel(name: string, variant: Variant, tests: () => void): Promise<void> {
	describeUnless(await kernelProblem(variant), name, tests);
}
