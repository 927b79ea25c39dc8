/** Indexes of a longest rising subsequence: what stays where it is when the rest is moved. */
export function longestRise(values: readonly number[]): ReadonlySet<number> {
	const ends: number[] = [];
	const before: (number | undefined)[] = [];
	for (const [index, value] of values.entries()) {
		let [low, high] = [0, ends.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			if ((values[ends[middle] ?? 0] ?? 0) < value) low = middle + 1;
			else high = middle;
		}
		before.push(low === 0 ? undefined : ends[low - 1]);
		ends[low] = index;
	}
	const rise = new Set<number>();
	for (let at = ends.at(-1); at !== undefined; at = before[at]) rise.add(at);
	return rise;
}
