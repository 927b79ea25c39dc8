import { expect } from "vitest";
import { runSession, type SessionOptions, type Step, type StepResult } from "./apply-session.ts";

/** A step with a name; one without must go well. */
export type NamedStep<Name extends string> = readonly [name: Name | "", step: Step];

/** Runs the steps of a session, and returns what finds their results by name. */
export async function runNamed<Name extends string>(
	steps: readonly NamedStep<Name>[],
	options: SessionOptions,
): Promise<(name: Name) => StepResult> {
	const all = steps.map(([, step]) => step);
	const results = await runSession(all, options);
	for (const [index, [name]] of steps.entries()) {
		if (name === "") expect(results[index], `step ${index + 1}`).toMatchObject({ status: 0 });
	}
	return (name) => results[steps.findIndex((step) => step[0] === name)] as StepResult;
}
