import { describe, it } from "vitest";

/**
 * `describe` for tests that need something a machine may lack. Where there is a problem they are skipped, with the reason
 * in the name. In CI that is a failure, lest nobody notices that nothing is tested.
 */
export function describeUnless(problem: string | undefined, name: string, tests: () => void): void {
	const title = problem === undefined ? name : `${name} [skipped: ${problem}]`;
	describe.skipIf(problem !== undefined)(title, tests);
	if (problem === undefined || !process.env["CI"]) return;
	it(`${name}: CI has what it takes`, () => {
		throw new Error(problem);
	});
}
