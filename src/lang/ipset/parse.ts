import { addressBits, parseCIDR } from "../../net/cidr.ts";
import { type Family, familyOf, type IP, parseIP } from "../../net/ip.ts";
import type { Protocol } from "../../net/protocol.ts";
import { type AddressPortEntry, type IpSet, LONGEST_SET_NAME } from "./set.ts";

/** What came out of parsing. */
export interface ParsedSets {
	/** In the order of creation; entries in the order of the text. */
	readonly sets: readonly IpSet[];
	/** Lines that are not understood, by number from 1: sets of other types, options that change the meaning. */
	readonly unknown: readonly UnknownLine[];
}

/** A line that says something this cannot hold. */
export interface UnknownLine {
	readonly line: number;
	readonly text: string;
}

/**
 * Parses what `ipset save` prints, and what `ipset restore` reads. Create options that do not change what a set holds
 * (`hashsize`, `maxelem`, `bucketsize`, `initval`) are passed over. Never throws.
 */
export function parseSets(text: string): ParsedSets {
	const drafts = new Map<string, SetDraft>();
	const unknown: UnknownLine[] = [];
	for (const [index, line] of text.split("\n").entries()) {
		const words = line
			.trim()
			.split(/\s+/)
			.filter((word) => word !== "-exist");
		const [verb, name = "", what = ""] = words;
		if (verb === undefined || verb === "" || verb === "COMMIT" || verb.startsWith("#")) continue;
		const isKnown =
			verb === "create" ? create(drafts, name, words.slice(2)) : verb === "add" && add(drafts, name, what, words);
		if (!isKnown) unknown.push({ line: index + 1, text: line });
	}
	return { sets: [...drafts.values()].map(({ set }) => set), unknown };
}

interface SetDraft {
	readonly set: IpSet;
	readonly add: (text: string) => boolean;
}

/** Options of a set that do not change what it holds, each with one value. */
const SIZES = ["hashsize", "maxelem", "bucketsize", "initval"];

function create(drafts: Map<string, SetDraft>, name: string, [type = "", ...options]: readonly string[]): boolean {
	if (name === "" || name.length > LONGEST_SET_NAME || drafts.has(name)) return false;
	const values = new Map<string, string>();
	for (let index = 0; index < options.length; index += 2) values.set(options[index] ?? "", options[index + 1] ?? "");
	for (const size of SIZES) values.delete(size);
	const draft = type === "bitmap:port" ? portSet(name, values) : hashSet(name, type, values);
	if (draft !== undefined) drafts.set(name, draft);
	return draft !== undefined;
}

function portSet(name: string, options: ReadonlyMap<string, string>): SetDraft | undefined {
	if (options.size !== 1 || options.get("range") !== "0-65535") return undefined;
	const entries: { readonly port: number }[] = [];
	const addPort = (text: string): boolean => {
		const port = portOf(text);
		if (port !== undefined) entries.push({ port });
		return port !== undefined;
	};
	return { set: { name, type: "bitmap:port", entries }, add: addPort };
}

function hashSet(name: string, type: string, options: ReadonlyMap<string, string>): SetDraft | undefined {
	const family = FAMILIES.get(options.get("family") ?? "inet");
	if (family === undefined || options.size > 1 || (options.size === 1 && !options.has("family"))) return undefined;
	switch (type) {
		case "hash:ip":
			return draftOf(
				([ip, ...rest]) => only(rest, addressOf(ip, family)),
				(entries) => ({ name, type, family, entries }),
			);
		case "hash:ip,port":
			return draftOf(
				([ip, port, ...rest]) => only(rest, addressPort(ip, port, family)),
				(entries) => ({ name, type, family, entries }),
			);
		case "hash:ip,port,ip":
			return draftOf(
				([ip, port, ip2, ...rest]) => {
					const second = addressOf(ip2, family);
					const first = addressPort(ip, port, family);
					return only(rest, first && second && { ...first, ip2: second.ip });
				},
				(entries) => ({ name, type, family, entries }),
			);
		case "hash:ip,port,net":
			return draftOf(
				([ip, port, net, ...rest]) => {
					const network = networkOf(net, family);
					const first = addressPort(ip, port, family);
					return only(rest, first && network && { ...first, ...network });
				},
				(entries) => ({ name, type, family, entries }),
			);
		default:
			return undefined;
	}
}

const FAMILIES: ReadonlyMap<string, Family> = new Map<string, Family>([
	["inet", "ipv4"],
	["inet6", "ipv6"],
]);

function draftOf<Entry>(
	parse: (words: readonly string[]) => Entry | undefined,
	makeSet: (entries: readonly Entry[]) => IpSet,
): SetDraft {
	const entries: Entry[] = [];
	const addEntry = (text: string): boolean => {
		const entry = parse(text.split(","));
		if (entry !== undefined) entries.push(entry);
		return entry !== undefined;
	};
	return { set: makeSet(entries), add: addEntry };
}

function add(drafts: ReadonlyMap<string, SetDraft>, name: string, entry: string, words: readonly string[]): boolean {
	return words.length === 3 && (drafts.get(name)?.add(entry) ?? false);
}

function only<T>(rest: readonly string[], value: T | undefined): T | undefined {
	return rest.length === 0 ? value : undefined;
}

function addressOf(text: string | undefined, family: Family): { readonly ip: IP } | undefined {
	const ip = text === undefined ? undefined : parseIP(text);
	return ip !== undefined && familyOf(ip) === family ? { ip } : undefined;
}

function networkOf(
	text: string | undefined,
	family: Family,
): { readonly network: IP; readonly prefixLength: number } | undefined {
	if (text === undefined) return undefined;
	const cidr = parseCIDR(text.includes("/") ? text : `${text}/${addressBits(family)}`);
	return cidr?.family === family && cidr.prefixLength > 0
		? { network: cidr.network, prefixLength: cidr.prefixLength }
		: undefined;
}

function addressPort(ip: string | undefined, port: string | undefined, family: Family): AddressPortEntry | undefined {
	const address = addressOf(ip, family);
	const [, protocol, number = ""] = /^(tcp|udp|sctp):(\d+)$/.exec(port ?? "") ?? [];
	const parsed = portOf(number);
	if (address === undefined || parsed === undefined) return undefined;
	return { ...address, protocol: protocol as Protocol, port: parsed };
}

function portOf(text: string): number | undefined {
	const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
	return port <= 65535 ? port : undefined;
}
