import { type Fields, isAbsent, isFields } from "../fields/fields.ts";
import { type ObjectRef, type Place, type Problem, problems } from "../problem.ts";
import { isKnownKind, isOfGroup, KINDS, type KnownKind } from "./kinds.ts";
import { flattenLists, type Item, type TypeName } from "./list-items.ts";
import { readEndpointSlice } from "./read-endpoint-slice.ts";
import { readHeader } from "./read-header.ts";
import { readNode } from "./read-node.ts";
import { readService } from "./read-service.ts";
import { readServiceCIDR } from "./read-service-cidr.ts";
import type { EndpointSlice, Node, Service, ServiceCIDR, Snapshot } from "./snapshot.ts";
import type { SnapshotHeader } from "./snapshot-header.ts";

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
	/** What `svcnat snapshot` wrote above the objects; of several the last one, undefined when there is none. */
	readonly header: SnapshotHeader | undefined;
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
		header: reading.header,
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
	header: SnapshotHeader | undefined;
}

function newReading(): Reading {
	return {
		services: new Map(),
		endpointSlices: new Map(),
		nodes: new Map(),
		serviceCIDRs: new Map(),
		ignored: new Map(),
		problems: [],
		header: undefined,
	};
}

type Read = (reading: Reading, value: Fields, source: string) => void;

const READERS: Readonly<Record<KnownKind, Read>> = {
	EndpointSlice: readInto("EndpointSlice", "endpointSlices", readEndpointSlice),
	Node: readInto("Node", "nodes", readNode),
	Service: readInto("Service", "services", readService),
	ServiceCIDR: readInto("ServiceCIDR", "serviceCIDRs", readServiceCIDR),
	Snapshot: readHeaderInto,
};

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
	if (!isKnownKind(kind) || (apiVersion !== "" && !isOfGroup(kind, apiVersion))) {
		reading.ignored.set(kind, (reading.ignored.get(kind) ?? 0) + 1);
	} else if (apiVersion !== "" && !KINDS[kind].apiVersions.includes(apiVersion)) {
		reading.problems.push(problems.API_VERSION(at(kind, "apiVersion"), KINDS[kind].apiVersions[0], apiVersion));
	} else if (isFields(value)) {
		READERS[kind](reading, value, source);
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
	return isKnownKind(kind) ? problems.FIELD_TYPE(at(kind, "apiVersion"), "text", apiVersion) : { kind, apiVersion: "" };
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

function readHeaderInto(reading: Reading, value: Fields, source: string): void {
	const header = readHeader(value, source, reading.problems);
	if (header === undefined) return;
	const { header: earlier } = reading;
	if (earlier !== undefined) {
		reading.problems.push(
			problems.DUPLICATE_OBJECT({ object: { kind: "Snapshot", source }, path: "" }, earlier.source),
		);
	}
	reading.header = header;
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
