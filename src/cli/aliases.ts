import { Trouble } from "./trouble.ts";

/** How many values aliases may add to those that stand in the text. */
const MOST_ADDED_VALUES = 1_000_000;

/**
 * Refuses YAML whose aliases make a cycle, or that blow a small text up to a huge value: a text of n characters has at
 * most n values of its own.
 */
export function refuseExpansion(values: readonly unknown[], textLength: number, source: string): void {
	const open = new Set<object>();
	const stack: Step[] = values.map((value) => ({ value, isLeaving: false }));
	let count = 0;
	for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
		const { value, isLeaving } = step;
		if (typeof value !== "object" || value === null) continue;
		if (isLeaving) {
			open.delete(value);
			continue;
		}
		if (open.has(value)) throw new Trouble(`${source}: an alias contains itself`);
		const children = Object.values(value);
		count += children.length;
		if (count > textLength + MOST_ADDED_VALUES) throw new Trouble(`${source}: aliases expand to too many values`);
		open.add(value);
		stack.push({ value, isLeaving: true });
		for (const child of children) stack.push({ value: child, isLeaving: false });
	}
}

interface Step {
	readonly value: unknown;
	/** All below it has been seen. */
	readonly isLeaving: boolean;
}
