/** Gives numbers from 0 to 1, without 1. */
export type Random = () => number;

/** The seed of everything random about comparisons. */
export const SEED = 20261121;

/** The same seed, the same numbers (mulberry32). */
export function randomFrom(seed: number): Random {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** One of a list; undefined when it is empty. */
export function pick<T>(random: Random, list: readonly T[]): T | undefined {
	return list[Math.floor(random() * list.length)];
}

/** The list in another order, each equally likely. */
export function shuffled<T>(random: Random, list: readonly T[]): readonly T[] {
	const keyed = list.map((value) => ({ value, key: random() }));
	return keyed.sort((a, b) => a.key - b.key).map(({ value }) => value);
}

/** Some of a list, in its order. */
export function sample<T>(random: Random, list: readonly T[], size: number): readonly T[] {
	const chosen = new Set(shuffled(random, [...list.keys()]).slice(0, size));
	return list.filter((_, index) => chosen.has(index));
}
