import type { EventType, State } from "js-yaml";
import { Trouble } from "../../trouble.ts";

/** How large everything that aliases stand for may be together, in characters and values. */
const LARGEST_EXPANSION = 10_000_000;

/**
 * Watches js-yaml at work and throws a `Trouble` when an alias contains itself, or when aliases blow a small text up to
 * a huge value. It has to be while parsing: a list as a key becomes text at once, with all that its aliases stand for.
 */
export function aliasWatcher(source: string): (event: EventType, state: State) => void {
	const sizes = new WeakMap<object, number>();
	let expanded = 0;
	return (event, { kind, result }) => {
		if (event !== "close" || (kind as string | null) === "scalar") return;
		// A node of its own has a kind; an alias has none, and its result is what it stands for.
		if (kind !== null) {
			if (typeof result === "object" && result !== null) sizes.set(result, sizeOfParts(result, sizes));
			return;
		}
		const size = sizeOf(result, sizes);
		if (size === undefined) throw new Trouble(`${source}: an alias contains itself`);
		expanded += size;
		if (expanded > LARGEST_EXPANSION) throw new Trouble(`${source}: aliases expand to too many values`);
	};
}

/** The size of a value; undefined for one whose end has not been seen. */
function sizeOf(value: unknown, sizes: WeakMap<object, number>): number | undefined {
	if (typeof value === "string") return value.length + 1;
	return typeof value === "object" && value !== null ? sizes.get(value) : 1;
}

function sizeOfParts(value: object, sizes: WeakMap<object, number>): number {
	return Object.entries(value).reduce((sum, [key, part]) => sum + key.length + (sizeOf(part, sizes) ?? 0), 1);
}
