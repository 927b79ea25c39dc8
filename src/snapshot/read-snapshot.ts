import { type Fields, isFields } from "../fields/fields.ts";
import { type ObjectRef, type Problem, problems } from "../problem.ts";
import { kindOf } from "./metadata.ts";
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
	/** `Service` for the items of a `ServiceList`, which have no kind of their own. */
	readonly listKind: string | undefined;
}

/** The objects of a document, those of nested lists in place. A stack and no recursion: depth is up to the input. */
function* flattenLists(value: unknown, source: string): Generator<Item> {
	const stack: Item[] = [{ value, source, listKind: undefined }];
	for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
		const { kind } = kindOf(item.value) ?? {};
		if (kind === undefined || !kind.endsWith("List") || !isFields(item.value)) {
			yield item;
			continue;
		}
		const items = item.value["items"];
		const listKind = kind === "List" ? undefined : kind.slice(0, -"List".length);
		if (!Array.isArray(items)) {
			if (items !== undefined && items !== null) yield item;
			continue;
		}
		for (let index = items.length - 1; index >= 0; index--) {
			stack.push({ value: items[index], source: `${item.source}, items[${index}]`, listKind });
		}
	}
}

const CURRENT_GROUPS: Readonly<Record<string, RegExp>> = {
	Service: /^v1$/,
	Node: /^v1$/,
	EndpointSlice: /^discovery\.k8s\.io\/v1$/,
	ServiceCIDR: /^networking\.k8s\.io\/v1(?:beta1)?$/,
};

const CURRENT_VERSIONS: Readonly<Record<string, string>> = {
	Service: "v1",
	Node: "v1",
	EndpointSlice: "discovery.k8s.io/v1",
	ServiceCIDR: "networking.k8s.io/v1",
};

function readObject(reading: Reading, item: Item): void {
	const { value, source, listKind } = item;
	if (value === undefined || value === null) return;
	if (!isFields(value)) {
		const place = { object: { kind: "input", source }, path: "" };
		reading.problems.push(problems.FIELD_TYPE(place, "a Kubernetes object", value));
		return;
	}
	const { kind = listKind, apiVersion = "" } = kindOf(value) ?? {};
	if (kind === undefined) {
		const place = { object: { kind: "object", source }, path: "kind" };
		reading.problems.push(problems.FIELD_MISSING(place, "the kind of a Kubernetes object"));
		return;
	}
	if (kind.endsWith("List")) {
		const place = { object: { kind: "List", source }, path: "items" };
		reading.problems.push(problems.FIELD_TYPE(place, "a list", value["items"]));
		return;
	}
	const pattern = Object.hasOwn(CURRENT_GROUPS, kind) ? CURRENT_GROUPS[kind] : undefined;
	const isOtherGroup = apiVersion !== "" && groupOf(apiVersion) !== groupOf(CURRENT_VERSIONS[kind] ?? "");
	if (pattern === undefined || isOtherGroup) {
		reading.ignored.set(kind, (reading.ignored.get(kind) ?? 0) + 1);
		return;
	}
	if (apiVersion !== "" && !pattern.test(apiVersion)) {
		const place = { object: { kind, source }, path: "apiVersion" };
		reading.problems.push(problems.API_VERSION(place, CURRENT_VERSIONS[kind] ?? "", apiVersion));
		return;
	}
	readKind(reading, kind, value, source);
}

/** `discovery.k8s.io` of `discovery.k8s.io/v1`; empty for the core group. */
function groupOf(apiVersion: string): string {
	return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

function readKind(reading: Reading, kind: string, value: Fields, source: string): void {
	const { services, endpointSlices, nodes, serviceCIDRs, problems: found } = reading;
	if (kind === "Service") keep(found, kind, services, readService(value, source, found), source);
	else if (kind === "EndpointSlice") keep(found, kind, endpointSlices, readEndpointSlice(value, source, found), source);
	else if (kind === "Node") keep(found, kind, nodes, readNode(value, source, found), source);
	else keep(found, kind, serviceCIDRs, readServiceCIDR(value, source, found), source);
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
