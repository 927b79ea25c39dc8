import type { IP } from "../net/ip.ts";
import { newAddressMap } from "./map-address.ts";
import { mapAddressText, mapNetworkText } from "./respell.ts";

/** What a name is the name of. Names of one sort that are equal get equal aliases, across namespaces too. */
export type NameSort = keyof typeof STEMS;

/** What stands for the words of a cluster. */
export interface Words {
	/** Empty for the empty text. */
	readonly name: (sort: NameSort, text: string) => string;
	/** Undefined for what is no address. */
	readonly address: (text: string) => string | undefined;
	/** Undefined for what is no network. */
	readonly network: (text: string) => string | undefined;
}

/** Aliases are a stem and a number; they are valid where the names are. */
const STEMS = {
	namespace: "ns",
	service: "svc",
	slice: "slice",
	node: "node",
	pod: "pod",
	port: "port",
	zone: "zone",
	host: "host",
	serviceCIDR: "cidr",
} as const;

/** Notes every name that is asked for. */
export function newCollector(): { readonly words: Words; readonly names: ReadonlyMap<NameSort, ReadonlySet<string>> } {
	const names = new Map<NameSort, Set<string>>();
	const name = (sort: NameSort, text: string): string => {
		const ofSort = names.get(sort);
		if (ofSort === undefined) names.set(sort, new Set([text]));
		else ofSort.add(text);
		return text;
	};
	const unchanged = (ip: IP): IP => ip;
	const words = {
		name,
		address: (text: string) => mapAddressText(unchanged, text),
		network: (text: string) => mapNetworkText(unchanged, text),
	};
	return { words, names };
}

/**
 * Aliases for names, numbered in their order and all equally long, so that they sort as the names do; addresses are
 * mapped under the key.
 */
export function newAliases(names: ReadonlyMap<NameSort, ReadonlySet<string>>, key: string): Words {
	const aliases = new Map([...names].map(([sort, texts]) => [sort, numbered(sort, texts)]));
	const map = newAddressMap(key);
	return {
		name: (sort, text) => (text === "" ? "" : (aliases.get(sort)?.get(text) ?? "")),
		address: (text) => mapAddressText(map, text),
		network: (text) => mapNetworkText(map, text),
	};
}

function numbered(sort: NameSort, texts: ReadonlySet<string>): ReadonlyMap<string, string> {
	const sorted = [...texts].filter((text) => text !== "").sort(sort === "namespace" ? byPathText : bytewise);
	const digits = String(sorted.length).length;
	return new Map(sorted.map((text, index) => [text, `${STEMS[sort]}-${String(index + 1).padStart(digits, "0")}`]));
}

/** Rules are sorted by `namespace/name`, in which `shop-2/` comes before `shop/`. */
function byPathText(a: string, b: string): number {
	return bytewise(`${a}/`, `${b}/`);
}

function bytewise(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
