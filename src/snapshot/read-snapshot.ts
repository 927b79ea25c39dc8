import { type Fields, isAbsent, isFields } from "../fields/fields.ts";
import { type ObjectRef, type Place, type Problem, problems } from "../problem.ts";
import { readEndpointSlice } from "./read-endpoint-slice.ts";
import { readNode } from "./read-node.ts";
import { readService } from "./read-service.ts";
import { readServiceCIDR } from "./read-service-cidr.ts";
import type { EndpointSlice, Node, Service, ServiceCIDR, Snapshot } from "./snapshot.ts";

/** One parsed YAML or JSON document. */
export interface SourceDocument {
	/** What the parser returned. Nothing in it is trusted. */
	readonly value: unknown;
	/** What to call it in messages: a file name, perhaps with a document number. */
	readonly source?: string;
}

/** What came out of reading. */
export interface ReadResult {
	readonly snapshot: Snapshot;
	/** In the order of the input. */
	readonly problems: readonly Problem[];
	/** How many objects of kinds that are not needed were passed over, by kind, sorted by kind. */
	readonly ignored: readonly { readonly kind: string; readonly count: number }[];
}

/**
 * Reads objects, single or in `List`s, in any order. Never throws: whatever cannot be used is left out and reported.
 *
 * Of two objects with the same kind, namespace and name the later one is used, with a warning.
 */
export function readSnapshot(documents: readonly SourceDocument[]): ReadResult {
	const reading = newReading();
	for (const { value, source } of documents) {
		for (const item of flattenLists(value, source ?? "input")) readObject(reading, item);
	}
	const { services, endpointSlices, nodes, serviceCIDRs } = reading;
	return {
		snapshot: {
			services: valuesOf(services),
			endpointSlices: valuesOf(endpointSlices),
			nodes: valuesOf(nodes),
			serviceCIDRs: valuesOf(serviceCIDRs),
		},
		problems: reading.problems,
		ignored: [...reading.ignored].sort(byKind).map(([kind, count]) => ({ kind, count })),
	};
}

interface Named {
	readonly namespace?: string;
	readonly name: string;
}

/** Objects by `namespace/name`. */
type Found<T> = Map<string, { readonly value: T; readonly source: string }>;

interface Reading {
	readonly services: Found<Service>;
	readonly endpointSlices: Found<EndpointSlice>;
	readonly nodes: Found<Node>;
	readonly serviceCIDRs: Found<ServiceCIDR>;
	readonly ignored: Map<string, number>;
	readonly problems: Problem[];
}

function newReading(): Reading {
	return {
		services: new Map(),
		endpointSlices: new Map(),
		nodes: new Map(),
		serviceCIDRs: new Map(),
		ignored: new Map(),
		problems: [],
	};
}

interface Item {
	readonly value: unknown;
	readonly source: string;
	/** How many lists it is in. */
	readonly depth: number;
	/** `Service` and `v1` for the items of a `ServiceList`, which have no kind of their own. */
	readonly listed: TypeName | undefined;
}

interface TypeName {
	readonly kind: string;
	readonly apiVersion: string;
}

/** From this depth on, the place of an item is not told more exactly: lists can be nested without end. */
const DEEPEST_SOURCE = 4;

/** The objects of a document, those of nested lists in place. A stack and no recursion: depth is up to the input. */
function* flattenLists(value: unknown, source: string): Generator<Item> {
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
	if (isAbsent(items) && (isList || READERS.has(kind.slice(0, -"List".length)))) return { list: [], listed: undefined };
	if (!Array.isArray(items)) return undefined;
	if (isList) return { list: items, listed: undefined };
	const version = typeof apiVersion === "string" ? apiVersion : "";
	return { list: items, listed: { kind: kind.slice(0, -"List".length), apiVersion: version } };
}

type Read = (reading: Reading, value: Fields, source: string) => void;

/** A kind that is read. */
interface KnownKind {
	readonly group: string;
	/** The versions that are read, the usual one first. */
	readonly apiVersions: readonly string[];
	readonly read: Read;
}

const READERS: ReadonlyMap<string, KnownKind> = new Map<string, KnownKind>([
	["Service", { group: "", apiVersions: ["v1"], read: readInto("Service", "services", readService) }],
	["Node", { group: "", apiVersions: ["v1"], read: readInto("Node", "nodes", readNode) }],
	[
		"EndpointSlice",
		{
			group: "discovery.k8s.io",
			apiVersions: ["discovery.k8s.io/v1"],
			read: readInto("EndpointSlice", "endpointSlices", readEndpointSlice),
		},
	],
	[
		"ServiceCIDR",
		{
			group: "networking.k8s.io",
			apiVersions: ["networking.k8s.io/v1", "networking.k8s.io/v1beta1"],
			read: readInto("ServiceCIDR", "serviceCIDRs", readServiceCIDR),
		},
	],
]);

function readObject(reading: Reading, { value, source, listed }: Item): void {
	if (isAbsent(value)) return;
	const at = (kind: string, path: string): Place => ({ object: { kind, source }, path });
	const found = isFields(value)
		? typeOf(value, listed, at)
		: problems.FIELD_TYPE(at("input", ""), "a Kubernetes object", value);
	if ("code" in found) {
		reading.problems.push(found);
		return;
	}
	const { kind, apiVersion } = found;
	const known = READERS.get(kind);
	if (known === undefined || (apiVersion !== "" && groupOf(apiVersion) !== known.group)) {
		reading.ignored.set(kind, (reading.ignored.get(kind) ?? 0) + 1);
	} else if (apiVersion !== "" && !known.apiVersions.includes(apiVersion)) {
		reading.problems.push(problems.API_VERSION(at(kind, "apiVersion"), known.apiVersions[0] ?? "", apiVersion));
	} else if (isFields(value)) {
		known.read(reading, value, source);
	}
}

/** Kind and version of an object, its own or those of the list it is in; a problem when it has no usable kind. */
function typeOf(
	value: Fields,
	listed: TypeName | undefined,
	at: (kind: string, path: string) => Place,
): TypeName | Problem {
	const kind = value["kind"] ?? listed?.kind;
	const apiVersion = value["apiVersion"] ?? listed?.apiVersion ?? "";
	if (isAbsent(kind)) return problems.FIELD_MISSING(at("object", "kind"), "the kind of a Kubernetes object");
	if (typeof kind !== "string") return problems.FIELD_TYPE(at("object", "kind"), "text", kind);
	if (kind === "List") return problems.FIELD_TYPE(at("List", "items"), "a list", value["items"]);
	if (typeof apiVersion === "string") return { kind, apiVersion };
	return READERS.has(kind) ? problems.FIELD_TYPE(at(kind, "apiVersion"), "text", apiVersion) : { kind, apiVersion: "" };
}

/** `discovery.k8s.io` of `discovery.k8s.io/v1`; empty for the core group. */
function groupOf(apiVersion: string): string {
	return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

/** Reads an object of a kind and keeps it where its kind belongs. */
function readInto<K extends "services" | "nodes" | "endpointSlices" | "serviceCIDRs", T extends Named>(
	kind: string,
	where: K,
	read: (value: Fields, source: string, found: Problem[]) => T | undefined,
): (reading: { readonly [Key in K]: Found<T> } & Pick<Reading, "problems">, value: Fields, source: string) => void {
	return (reading, value, source) =>
		keep(reading.problems, kind, reading[where], read(value, source, reading.problems), source);
}

function keep<T extends Named>(
	found: Problem[],
	kind: string,
	into: Found<T>,
	value: T | undefined,
	source: string,
): void {
	if (value === undefined) return;
	const key = `${value.namespace ?? ""}/${value.name}`;
	const earlier = into.get(key);
	if (earlier !== undefined) {
		const object: ObjectRef = { kind, namespace: value.namespace, name: value.name, source };
		found.push(problems.DUPLICATE_OBJECT({ object, path: "" }, earlier.source));
	}
	into.set(key, { value, source });
}

function valuesOf<T>(found: Found<T>): readonly T[] {
	return Array.from(found.values(), ({ value }) => value);
}

function byKind(a: readonly [string, number], b: readonly [string, number]): number {
	return a[0] < b[0] ? -1 : 1;
}
