import { isAbsent, isFields } from "../fields/fields.ts";
import { isKnownKind } from "./kinds.ts";

/** One object of a document. */
export interface Item {
	readonly value: unknown;
	readonly source: string;
	/** How many lists it is in. */
	readonly depth: number;
	/** `Service` and `v1` for the items of a `ServiceList`, which have no kind of their own. */
	readonly listed: TypeName | undefined;
}

/** What an object is. */
export interface TypeName {
	readonly kind: string;
	readonly apiVersion: string;
}

/** From this depth on, the place of an item is not told more exactly: lists can be nested without end. */
const DEEPEST_SOURCE = 4;

/** The objects of a document, those of nested lists in place. A stack and no recursion: depth is up to the input. */
export function* flattenLists(value: unknown, source: string): Generator<Item> {
	const stack: Item[] = [{ value, source, depth: 0, listed: undefined }];
	// A list that is there twice has nothing new, and one that contains itself has no end.
	const seen = new Set<unknown>();
	for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
		const { depth } = item;
		const items = itemsOf(item.value);
		if (items === undefined) {
			yield item;
			continue;
		}
		if (seen.has(item.value)) continue;
		seen.add(item.value);
		for (let index = items.list.length - 1; index >= 0; index--) {
			const place = depth < DEEPEST_SOURCE ? `${item.source}, items[${index}]` : item.source;
			stack.push({ value: items.list[index], source: place, depth: depth + 1, listed: items.listed });
		}
	}
}

interface Items {
	readonly list: readonly unknown[];
	readonly listed: TypeName | undefined;
}

/** The items of a `List`, or of a list of one kind; undefined for any other value. No items at all are no items. */
function itemsOf(value: unknown): Items | undefined {
	if (!isFields(value) || typeof value["kind"] !== "string" || !value["kind"].endsWith("List")) return undefined;
	const { kind, apiVersion, items } = value;
	const isList = kind === "List";
	if (isAbsent(items) && (isList || isKnownKind(kind.slice(0, -"List".length)))) return { list: [], listed: undefined };
	if (!Array.isArray(items)) return undefined;
	if (isList) return { list: items, listed: undefined };
	const version = typeof apiVersion === "string" ? apiVersion : "";
	return { list: items, listed: { kind: kind.slice(0, -"List".length), apiVersion: version } };
}
