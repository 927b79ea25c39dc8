import type { Fault } from "./apply-faults.ts";

/** svcnat is killed before and after each of the programs that it calls. */
export function killsAround(calls: readonly string[]): readonly Fault[] {
	return calls.flatMap((call, index): readonly Fault[] =>
		["kill-before", "kill-after"].map((FAULT) => ({
			name: `${FAULT} call ${index + 1}, ${call}`,
			env: { FAULT, FAULT_AT: index + 1 },
		})),
	);
}

/** It is killed at so many times, 20 ms apart. */
export function killsAtAnyTime(count: number): readonly Fault[] {
	return Array.from({ length: count }, (_, index): Fault => {
		const AFTER_MS = 200 + index * 20;
		return { name: `killed after ${AFTER_MS} ms`, env: { AFTER_MS } };
	});
}
