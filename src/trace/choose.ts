import type { Outcome } from "./outcome.ts";

/**
 * One outcome, as chance has it. The same seed chooses the same.
 *
 * @param outcomes at least one; their probabilities are 1 together
 */
export function chooseOutcome(outcomes: readonly Outcome[], seed: number): Outcome | undefined {
	let left = randomOf(seed);
	for (const outcome of outcomes) {
		left -= outcome.probability;
		if (left < 0) return outcome;
	}
	return outcomes.at(-1);
}

/** A number from 0 to below 1: the seed, mixed as MurmurHash3 does it at its end, so that neighbours are far apart. */
function randomOf(seed: number): number {
	const spread = Math.imul(seed + 1, 0x9e3779b1);
	const mixed = Math.imul(spread ^ (spread >>> 16), 0x85ebca6b);
	const more = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
	return ((more ^ (more >>> 16)) >>> 0) / 2 ** 32;
}
