import { longestRise } from "./longest-rise.ts";

/** A rule of a list, whatever its language. */
export interface Keyed {
	/** Rules with equal keys have the same effect. */
	readonly key: string;
}

/** How two lists of rules differ. */
export interface ListDifference<T> {
	readonly removed: readonly T[];
	readonly added: readonly T[];
	/** In both, but at another place, and that matters. In the order of the second list. */
	readonly moved: readonly T[];
}

/** For each entry of a list, by its index, the indexes of those that might match the same packets. */
export type Near<T> = (list: readonly T[]) => (index: number) => readonly number[];

/**
 * Compares two lists in which order matters, except where neighbours may change places.
 *
 * @param commute whether two entries can change places without any effect; false when in doubt
 */
export function compareLists<T extends Keyed>(
	old: readonly T[],
	current: readonly T[],
	commute: (a: T, b: T) => boolean,
	near: Near<T> = everything,
): ListDifference<T> {
	const removed = unmatched(old, current);
	const added = unmatched(current, old);
	return { removed, added, moved: movedEntries(common(old, removed), common(current, added), commute, near) };
}

function everything<T>(list: readonly T[]): () => readonly number[] {
	const all = list.map((_, index) => index);
	return () => all;
}

/** Entries of a list that the other one has fewer of; the last ones of equal entries are those that are too many. */
function unmatched<T extends Keyed>(list: readonly T[], other: readonly T[]): readonly T[] {
	const counts = new Map<string, number>();
	for (const { key } of other) counts.set(key, (counts.get(key) ?? 0) + 1);
	return list.filter(({ key }) => {
		const left = counts.get(key) ?? 0;
		if (left > 0) counts.set(key, left - 1);
		return left === 0;
	});
}

function common<T>(list: readonly T[], unmatchedOnes: readonly T[]): readonly T[] {
	const out = new Set(unmatchedOnes);
	return list.filter((entry) => !out.has(entry));
}

/** Of two lists with the same keys: the entries of the second that passed one with which they do not commute. */
function movedEntries<T extends Keyed>(
	old: readonly T[],
	current: readonly T[],
	commute: (a: T, b: T) => boolean,
	near: Near<T>,
): readonly T[] {
	if (old.every(({ key }, index) => key === current[index]?.key)) return [];
	const places = oldPlaces(old, current);
	const staying = longestRise(places);
	const nearOf = near(current);
	return current.filter((entry, index) => {
		if (staying.has(index)) return false;
		return nearOf(index).some((other) => {
			const isFlipped = index < other !== (places[index] ?? 0) < (places[other] ?? 0);
			const entryThere = current[other];
			return isFlipped && entryThere !== undefined && !commute(entry, entryThere);
		});
	});
}

/** Where each entry of the second list stands in the first; equal entries in their order. */
function oldPlaces(old: readonly Keyed[], current: readonly Keyed[]): readonly number[] {
	const places = new Map<string, number[]>();
	for (const [index, { key }] of old.entries()) {
		const list = places.get(key);
		if (list === undefined) places.set(key, [index]);
		else list.push(index);
	}
	const used = new Map<string, number>();
	return current.map(({ key }) => {
		const nth = used.get(key) ?? 0;
		used.set(key, nth + 1);
		return places.get(key)?.[nth] ?? 0;
	});
}
