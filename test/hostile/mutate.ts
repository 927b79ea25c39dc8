import fc from "fast-check";
import { NAMES, VALUES } from "./hostile-values.ts";

/** One change of a value somewhere in an object. */
export interface Mutation {
	/** The way to the place: at each level the number of a child, counted round and round. */
	readonly at: readonly number[];
	readonly kind: "replace" | "delete" | "duplicate" | "retype" | "move" | "rename";
	/** Picks what to put there. */
	readonly choice: number;
}

/** Changes, a few at a time. */
export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
	fc.record({
		at: fc.array(fc.nat({ max: 999 }), { minLength: 2, maxLength: 10 }),
		kind: fc.constantFrom("replace", "replace", "replace", "delete", "duplicate", "retype", "retype", "move", "rename"),
		choice: fc.nat(),
	}),
	{ minLength: 1, maxLength: 5 },
);

type Path = readonly (string | number)[];

/** The value with every change made; the value itself stays as it is. */
export function mutate(value: unknown, changes: readonly Mutation[]): unknown {
	return changes.reduce(
		(current, change) => withChange(current, pathTo(current, change.at), (old) => changed(old, change, current)),
		structuredClone(value),
	);
}

/** Says that a field is to be left out. */
const GONE = Symbol("gone");

function changed(old: unknown, { at, kind, choice }: Mutation, root: unknown): unknown {
	switch (kind) {
		case "replace":
			return VALUES[choice % VALUES.length]?.();
		case "delete":
			return GONE;
		case "retype":
			return retyped(old, choice);
		case "move":
			return structuredClone(valueAt(root, pathTo(root, [...at].reverse())));
		case "duplicate":
			return duplicated(old, choice);
		default:
			return renamed(old, choice);
	}
}

function retyped(old: unknown, choice: number): unknown {
	const forms = [
		() => [old],
		() => ({ "": old }),
		() => JSON.stringify(old),
		() => (typeof old === "string" ? Number(old) : String(old)),
		() => (Array.isArray(old) ? { ...old } : old !== null && typeof old === "object" ? Object.values(old) : [old, old]),
		() => (typeof old === "string" ? `${old}${NAMES[choice % NAMES.length]}` : old),
	];
	return forms[choice % forms.length]?.();
}

function duplicated(old: unknown, choice: number): unknown {
	if (Array.isArray(old)) return [...old, ...structuredClone(old)];
	if (old === null || typeof old !== "object") return old;
	const entries = Object.entries(old);
	const [, value] = entries[choice % Math.max(entries.length, 1)] ?? [];
	return { ...old, [NAMES[choice % NAMES.length] ?? ""]: structuredClone(value) };
}

function renamed(old: unknown, choice: number): unknown {
	if (old === null || typeof old !== "object" || Array.isArray(old)) return old;
	const entries = Object.entries(old);
	const at = choice % Math.max(entries.length, 1);
	return Object.fromEntries(
		entries.map(([key, value], index) => [index === at ? (NAMES[choice % NAMES.length] ?? key) : key, value]),
	);
}

/** Goes down until the way, or the value, ends: what is near the root is met as often as what is far from it. */
function pathTo(value: unknown, [step, ...rest]: readonly number[]): Path {
	if (step === undefined || value === null || typeof value !== "object") return [];
	const keys = Object.keys(value);
	const key = keys[step % Math.max(keys.length, 1)];
	if (key === undefined) return [];
	const child = (value as Record<string, unknown>)[key];
	return [Array.isArray(value) ? Number(key) : key, ...pathTo(child, rest)];
}

function valueAt(value: unknown, path: Path): unknown {
	return path.reduce<unknown>((at, key) => (at as Record<string | number, unknown> | undefined)?.[key], value);
}

function withChange(value: unknown, path: Path, change: (old: unknown) => unknown): unknown {
	const [key, ...rest] = path;
	if (key === undefined) return change(value);
	if (value === null || typeof value !== "object") return value;
	const child = withChange((value as Record<string | number, unknown>)[key], rest, change);
	if (Array.isArray(value))
		return value.flatMap((item, index) => (index === key ? (child === GONE ? [] : [child]) : [item]));
	const entries = Object.entries(value).flatMap(([name, item]) => {
		if (name !== key) return [[name, item] as const];
		return child === GONE ? [] : [[name, child] as const];
	});
	return Object.fromEntries(entries);
}
