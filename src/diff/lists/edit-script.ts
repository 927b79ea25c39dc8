import { longestRise } from "./longest-rise.ts";

/**
 * Commands that turn the rules of a chain into others: deletions from the end, then insertions from the beginning, as
 * iptables-restore reads them. A rule is deleted by what it is, so that nothing happens when the chain is another one by
 * now; by its number only when the chain has it twice.
 *
 * @param old the rules as they are, each as `-A CHAIN …`
 * @param current the rules as they are to be
 * @param mayKeep whether an old rule may stay where it is, by its index
 */
export function editScript(
	chain: string,
	old: readonly string[],
	current: readonly string[],
	mayKeep: (index: number) => boolean = () => true,
): readonly string[] {
	const kept = commonSubsequence(old, current, mayKeep);
	const counts = new Map<string, number>();
	for (const text of old) counts.set(text, (counts.get(text) ?? 0) + 1);
	const deletions = old
		.map((text, index) => ({ text, index }))
		.filter(({ index }) => !kept.old.has(index))
		.map(({ text, index }) => (counts.get(text) === 1 ? `-D${text.slice(2)}` : `-D ${chain} ${index + 1}`));
	const last = Math.max(-1, ...kept.current);
	const insertions = current
		.map((text, index) => ({ text, index }))
		.filter(({ index }) => !kept.current.has(index))
		.map(({ text, index }) => (index > last ? text : `-I ${chain} ${index + 1}${text.slice(`-A ${chain}`.length)}`));
	return [...deletions.reverse(), ...insertions];
}

/** Indexes of what both lists have in the same order. */
function commonSubsequence(
	old: readonly string[],
	current: readonly string[],
	mayKeep: (index: number) => boolean,
): { readonly old: ReadonlySet<number>; readonly current: ReadonlySet<number> } {
	const places = new Map<string, number[]>();
	for (const [index, text] of current.entries()) {
		const list = places.get(text);
		if (list === undefined) places.set(text, [index]);
		else list.push(index);
	}
	const used = new Map<string, number>();
	const pairs: (readonly [number, number])[] = [];
	for (const [index, text] of old.entries()) {
		if (!mayKeep(index)) continue;
		const nth = used.get(text) ?? 0;
		const place = places.get(text)?.[nth];
		if (place === undefined) continue;
		used.set(text, nth + 1);
		pairs.push([index, place]);
	}
	const rise = longestRise(pairs.map(([, place]) => place));
	const kept = pairs.filter((_, index) => rise.has(index));
	return { old: new Set(kept.map(([index]) => index)), current: new Set(kept.map(([, place]) => place)) };
}
