// @ts-check

/** @typedef {() => number} Random Gives numbers from 0 to 1, without 1. */

/**
 * A generator of random numbers: the same seed, the same numbers (mulberry32).
 *
 * @param {number} seed
 * @returns {Random}
 */
export function randomFrom(seed) {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = Math.imul(state ^ (state >>> 15), state | 1);
		t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	};
}

/**
 * True with a probability of `percent` in a hundred.
 *
 * @param {Random} random
 * @param {number} percent
 */
export function chance(random, percent) {
	return random() * 100 < percent;
}

/**
 * An integer from `low` to `high`, both included.
 *
 * @param {Random} random
 * @param {number} low
 * @param {number} high
 */
export function integer(random, low, high) {
	return low + Math.floor(random() * (high - low + 1));
}

/**
 * Random lower-case hexadecimal digits.
 *
 * @param {Random} random
 * @param {number} length
 */
export function hex(random, length) {
	let digits = "";
	while (digits.length < length) digits += integer(random, 0, 15).toString(16);
	return digits;
}

/**
 * The form of a UUID, as in `metadata.uid`.
 *
 * @param {Random} random
 */
export function uid(random) {
	return [8, 4, 4, 4, 12].map((length) => hex(random, length)).join("-");
}
