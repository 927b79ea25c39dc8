/** How many values two lists begin with alike, and how many of the others they end with alike. */
export interface CommonEnds {
	readonly start: number;
	readonly end: number;
}

/** Finds the ends that two lists have in common. The two do not overlap. */
export function commonEnds<T>(
	before: readonly T[],
	after: readonly T[],
	isSame: (one: T, other: T) => boolean = Object.is,
): CommonEnds {
	const most = Math.min(before.length, after.length);
	let start = 0;
	while (start < most && isSame(before[start] as T, after[start] as T)) start++;
	const [old, current] = [before.length - 1, after.length - 1];
	let end = 0;
	while (end < most - start && isSame(before[old - end] as T, after[current - end] as T)) end++;
	return { start, end };
}

/** The objects that only one of two lists has, in their order. Objects mostly are where they were: then this takes no time. */
export function onOneSide<T>(
	before: readonly T[],
	after: readonly T[],
): readonly [before: readonly T[], after: readonly T[]] {
	const [old, current] = between(before, after, commonEnds(before, after));
	const [inOld, inCurrent] = [new Set(old), new Set(current)];
	return [old.filter((one) => !inCurrent.has(one)), current.filter((one) => !inOld.has(one))];
}

/**
 * A value for each key: for keys that were there before, as objects, the value they had.
 *
 * @param before the keys from before, and the value of each
 */
export function takeOver<K, V>(
	before: { readonly keys: readonly K[]; readonly values: readonly V[] },
	keys: readonly K[],
	make: (key: K) => V,
): readonly V[] {
	const { start, end } = commonEnds(before.keys, keys);
	const last = before.keys.length - end;
	const known = new Map<K, V>();
	for (let index = start; index < last; index++) known.set(before.keys[index] as K, before.values[index] as V);
	const middle = keys.slice(start, keys.length - end).map((key) => known.get(key) ?? make(key));
	return [...before.values.slice(0, start), ...middle, ...before.values.slice(last)];
}

/** What stands between the common ends of two lists. */
export function between<T>(
	before: readonly T[],
	after: readonly T[],
	{ start, end }: CommonEnds,
): readonly [before: readonly T[], after: readonly T[]] {
	return [before.slice(start, before.length - end), after.slice(start, after.length - end)];
}
