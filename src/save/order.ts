import { type Fields, isFields } from "../fields/fields.ts";

/**
 * An object with its keys, and those of all objects in it, in bytewise order, so that equal values give equal texts. Numbers
 * that JSON has no word for, like `.inf`, become text: where a number belongs, they stay as wrong as they were.
 */
export function sortFields(value: Fields): Fields {
	const keys = Object.keys(value).sort();
	// Not by assignment: `__proto__` may be a key like any other.
	return Object.fromEntries(keys.map((key) => [key, sortKeys(value[key])]));
}

/** An object and by what it is sorted. */
interface Placed {
	readonly object: Fields;
	readonly place: readonly [kind: string, namespace: string, name: string];
}

/** By kind, namespace and name; those alike in the order they had, because the last of them counts. */
export function sortObjects(objects: readonly Fields[]): readonly Fields[] {
	return objects
		.map(placed)
		.sort(({ place: a }, { place: b }) => {
			const at = a.findIndex((text, index) => text !== b[index]);
			return at === -1 ? 0 : (a[at] ?? "") < (b[at] ?? "") ? -1 : 1;
		})
		.map(({ object }) => object);
}

function placed(object: Fields): Placed {
	const kind = textOf(object["kind"]);
	const metadata = isFields(object["metadata"]) ? object["metadata"] : {};
	const fallback = kind === "Service" || kind === "EndpointSlice" ? "default" : "";
	const namespace = textOf(metadata["namespace"]);
	return { object, place: [kind, namespace === "" ? fallback : namespace, textOf(metadata["name"])] };
}

function textOf(value: unknown): string {
	return typeof value === "string" ? value : "";
}

function sortKeys(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sortKeys);
	if (typeof value === "number" && !Number.isFinite(value)) return String(value);
	return isFields(value) ? sortFields(value) : value;
}
