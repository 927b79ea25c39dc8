import type { KubeObject, Stored } from "./objects.ts";
import { apiVersionOf, type Target } from "./resources.ts";
import { selects } from "./selector.ts";
import type { Revision, State } from "./state.ts";
import { badRequest, expired, type StatusAnswer } from "./status.ts";

/** An object of a list as it is sent: without apiVersion and kind, which the list has. */
type Item = Omit<KubeObject, "apiVersion" | "kind">;

/** One page, as an API server words it. */
interface List {
	readonly kind: string;
	readonly apiVersion: string;
	readonly metadata: {
		readonly resourceVersion: string;
		readonly continue?: string;
		readonly remainingItemCount?: number;
	};
	readonly items: readonly Item[];
}

/** Where a page begins. */
interface Start {
	readonly revision: Revision;
	/** The key behind which it begins; undefined: at the first. */
	readonly after: string | undefined;
}

/** A page of a list. Selectors work before pages are cut, and then nothing is said about what remains. */
export function listPage(state: State, target: Target, query: URLSearchParams): List | StatusAnswer {
	const start = startOf(state, query);
	if ("code" in start) return start;
	const selector = query.get("labelSelector") ?? "";
	const all = objectsOf(start.revision, target);
	const behind = all.slice(start.after === undefined ? 0 : countUpTo(all, start.after));
	const isWhole = target.namespace === undefined && selector === "";
	const rest = isWhole ? behind : behind.filter((stored) => isIn(stored, target, selector));
	const page = rest.slice(0, limitOf(query));
	const last = page.at(-1);
	const remaining = rest.length - page.length;
	const resourceVersion = String(start.revision.resourceVersion);
	return {
		kind: `${target.resource.kind}List`,
		apiVersion: apiVersionOf(target.resource),
		metadata: {
			resourceVersion,
			...(remaining === 0 || last === undefined ? {} : { continue: token(start.revision.resourceVersion, last.key) }),
			...(remaining === 0 || selector !== "" ? {} : { remainingItemCount: remaining }),
		},
		items: page.map(({ object: { apiVersion: _, kind: __, ...item } }) => item),
	};
}

/** Which page a request is about, from 1. */
export function pageNumber(state: State, target: Target, query: URLSearchParams): number {
	const { after } = readToken(query.get("continue") ?? "") ?? {};
	const before = after === undefined ? 0 : countUpTo(objectsOf(state.current(), target), after);
	return 1 + Math.ceil(before / limitOf(query));
}

function objectsOf(revision: Revision, { resource }: Target): readonly Stored[] {
	return revision.stored.get(resource.name) ?? [];
}

/** How many have this key or a smaller one. They are in order, and there may be 100,000. */
function countUpTo(stored: readonly Stored[], key: string): number {
	let [low, high] = [0, stored.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((stored[middle]?.key ?? "") <= key) low = middle + 1;
		else high = middle;
	}
	return low;
}

function isIn({ object: { metadata } }: Stored, target: Target, selector: string): boolean {
	if (target.namespace !== undefined && metadata.namespace !== target.namespace) return false;
	return selector === "" || selects(selector, metadata.labels);
}

/** A list at resourceVersion 0 comes from the cache, which does not cut pages. */
function limitOf(query: URLSearchParams): number {
	const limit = Number(query.get("limit") ?? 0);
	const isCached = query.get("resourceVersion") === "0" && !query.has("continue");
	return limit === 0 || isCached ? Number.POSITIVE_INFINITY : limit;
}

function startOf(state: State, query: URLSearchParams): Start | StatusAnswer {
	const text = query.get("continue") ?? "";
	if (text === "") return { revision: state.current(), after: undefined };
	if ((query.get("resourceVersion") ?? "") !== "") {
		return badRequest("specifying resource version is not allowed when using continue");
	}
	const read = readToken(text);
	if (read === undefined) return badRequest("continue key is not valid: illegal base64 data at input byte 0");
	const revision = read.resourceVersion === INCONSISTENT ? state.current() : state.at(read.resourceVersion);
	return revision === undefined ? expired(token(INCONSISTENT, read.after)) : { revision, after: read.after };
}

/** Stands for: whatever is there when it is used. */
const INCONSISTENT = -1;

function token(resourceVersion: number, after: string): string {
	const fields = { v: "meta.k8s.io/v1", rv: resourceVersion, start: `${after}\u0000` };
	return Buffer.from(JSON.stringify(fields)).toString("base64url");
}

function readToken(text: string): { readonly resourceVersion: number; readonly after: string } | undefined {
	try {
		const { rv, start } = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
		return { resourceVersion: Number(rv), after: String(start).replace(/\0$/, "") };
	} catch {
		return undefined;
	}
}
