import { type Fields, isAbsent, isFields } from "../fields/fields.ts";
import { Trouble } from "../trouble.ts";
import type { Api } from "./api.ts";
import type { Resource } from "./resources.ts";

/** What to list. */
export interface ListOptions {
	/** Undefined: all. */
	readonly namespace: string | undefined;
	/** As kubectl's `-l`; undefined: all. */
	readonly selector: string | undefined;
	/** Items a page. */
	readonly pageSize: number;
	/** Whether items keep `metadata.managedFields`. */
	readonly keepManagedFields: boolean;
	/** Called after each page. */
	readonly onPage: (itemsRead: number, remaining: number | undefined) => void;
}

/** What came of listing. A list is read to its end or not at all. */
export type Listed =
	| { readonly kind: "listed"; readonly items: readonly Fields[]; readonly resourceVersion: string }
	| { readonly kind: "forbidden" | "not-found"; readonly message: string };

/** How often a list is begun: a slow reader may never get to the end of one before etcd forgets it. */
const MOST_BEGINNINGS = 4;

/** No cluster has as many; a server that never comes to an end is given up. */
const MOST_PAGES = 100_000;

/**
 * Lists objects page by page, all pages at one resourceVersion. Begins again when the server has forgotten what was
 * begun (410), or when a page is of another version.
 *
 * The items have apiVersion and kind, which a server leaves out, and may lack `metadata.managedFields`, which is half of
 * their size.
 *
 * @throws Trouble when the list cannot be read to its end
 */
export async function list(api: Api, resource: Resource, options: ListOptions): Promise<Listed> {
	let reason = "";
	for (let beginning = 1; beginning <= MOST_BEGINNINGS; beginning++) {
		const listed = await listOnce(api, resource, options);
		if (listed.kind !== "begin-again") return listed;
		reason = listed.reason;
	}
	throw new Trouble(`${resource.name}: begun ${MOST_BEGINNINGS} times, and never read to its end: ${reason}`);
}

const FORGOTTEN = "the server forgets it before (410 Gone): the connection is too slow for it";
const MIXED = "its pages have different resourceVersions, which an API server does not do: what is in between?";

interface BeginAgain {
	readonly kind: "begin-again";
	readonly reason: string;
}

async function listOnce(api: Api, resource: Resource, options: ListOptions): Promise<Listed | BeginAgain> {
	const items: Fields[] = [];
	let version: string | undefined;
	let next: string | undefined;
	for (let page = 1; page <= MOST_PAGES; page++) {
		const result = await api.get(pathOf(resource, options, next));
		if (result.kind === "gone") return { kind: "begin-again", reason: FORGOTTEN };
		if (result.kind !== "ok") {
			if (page === 1) return result;
			throw new Trouble(`${resource.name}: page ${page}: ${result.kind}: ${result.message}`);
		}
		const read = readPage(result.value, resource, options);
		if (version !== undefined && read.resourceVersion !== version) return { kind: "begin-again", reason: MIXED };
		version = read.resourceVersion;
		for (const item of read.items) items.push(item);
		options.onPage(items.length, read.remaining);
		if (read.next === undefined) return { kind: "listed", items, resourceVersion: version };
		if (read.next === next) break;
		next = read.next;
	}
	throw new Trouble(`${resource.name}: the server's list has no end`);
}

function pathOf({ apiVersion, name }: Resource, options: ListOptions, next: string | undefined): string {
	const { namespace, selector, pageSize } = options;
	const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
	const within = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
	const query = new URLSearchParams({ limit: String(pageSize) });
	if (selector !== undefined) query.set("labelSelector", selector);
	if (next !== undefined) query.set("continue", next);
	return `${base}${within}/${name}?${query}`;
}

interface Page {
	readonly items: readonly Fields[];
	readonly resourceVersion: string;
	/** Undefined: this is the last one. */
	readonly next: string | undefined;
	readonly remaining: number | undefined;
}

function readPage(value: Fields, resource: Resource, options: ListOptions): Page {
	const { kind, apiVersion = resource.apiVersion, items: given, metadata } = value;
	const { name } = resource;
	const expected = `${resource.kind}List`;
	if (kind !== expected)
		throw new Trouble(`${name}: expected a ${expected}, got ${kind === undefined ? "no kind" : shown(kind)}`);
	if (apiVersion !== resource.apiVersion) {
		throw new Trouble(`${name}: apiVersion: expected ${resource.apiVersion}, got ${shown(apiVersion)}`);
	}
	const items: readonly unknown[] | undefined = isAbsent(given) ? [] : Array.isArray(given) ? given : undefined;
	if (items === undefined) throw new Trouble(`${name}: items: expected a list`);
	const { resourceVersion, continue: next, remainingItemCount: remaining } = isFields(metadata) ? metadata : {};
	if (typeof resourceVersion !== "string" || resourceVersion === "") {
		throw new Trouble(`${name}: metadata.resourceVersion: expected one, found none`);
	}
	if (!isAbsent(next) && typeof next !== "string") throw new Trouble(`${name}: metadata.continue: expected text`);
	const isLast = isAbsent(next) || next === "";
	if (isLast && typeof remaining === "number" && remaining > 0) {
		throw new Trouble(`${name}: ${remaining} more are left, and metadata.continue does not say how to get them`);
	}
	return {
		items: items.map((item, index) => readItem(item, index, resource, options)),
		resourceVersion,
		next: isLast ? undefined : next,
		remaining: typeof remaining === "number" ? remaining : undefined,
	};
}

function readItem(
	item: unknown,
	index: number,
	{ name, kind, apiVersion }: Resource,
	{ keepManagedFields }: ListOptions,
): Fields {
	const place = `${name}: items[${index}]`;
	if (!isFields(item)) throw new Trouble(`${place}: expected an object`);
	const { metadata, kind: ownKind = kind, apiVersion: ownVersion = apiVersion } = item;
	if (ownKind !== kind) throw new Trouble(`${place}.kind: expected ${kind}, got ${shown(ownKind)}`);
	if (ownVersion !== apiVersion) {
		throw new Trouble(`${place}.apiVersion: expected ${apiVersion}, got ${shown(ownVersion)}`);
	}
	if (keepManagedFields || !isFields(metadata)) return { apiVersion, kind, ...item };
	const { managedFields: _, ...kept } = metadata;
	return { apiVersion, kind, ...item, metadata: kept };
}

function shown(value: unknown): string {
	return value === undefined ? "none" : JSON.stringify(value).slice(0, 80);
}
