import { isPort, type Protocol } from "../../net/protocol.ts";
import { keptProbability, parseMarkAndMask } from "./numbers.ts";
import type { Options } from "./parse-context.ts";
import type { ConntrackState, Match, Side } from "./ruleset.ts";
import { unquote } from "./words.ts";

/**
 * The match that `-m NAME` and its options stand for; undefined when it is not modelled, or has options that are not.
 * Words may come in any order that the tool takes.
 */
export function parseMatch(name: string, options: Options): Match | undefined {
	switch (name) {
		case "comment":
			return parseComment(options);
		case "tcp":
		case "udp":
		case "sctp":
			return parsePorts(name, options);
		case "statistic":
			return parseStatistic(options);
		case "addrtype":
			return parseAddrtype(options);
		case "conntrack":
			return parseConntrack(options);
		case "mark":
			return parseMark(options);
		case "nfacct":
			return parseNfacct(options);
		case "recent":
			return parseRecent(options);
		case "set":
			return parseSet(options);
		case "physdev":
			return parsePhysdev(options);
		case "ipvs":
			return parseIpvs(options);
		default:
			return undefined;
	}
}

/** A port, 1-65535 or 0 as the tools have it; undefined for a range, a name or a list. */
export function parsePort(word: string | undefined): number | undefined {
	const port = word === undefined || !/^\d{1,5}$/.test(word) ? Number.NaN : Number(word);
	return port === 0 || isPort(port) ? port : undefined;
}

function parseComment({ words, start, end }: Options): Match | undefined {
	if (end - start !== 2 || words[start] !== "--comment") return undefined;
	return { kind: "comment", text: withoutControls(unquote(words[start + 1] ?? "")) };
}

/** Control characters as blanks: no text carries them on, and they end up in terminals. */
function withoutControls(text: string): string {
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code < 0x20 || code === 0x7f) return `${text.slice(0, at)} ${withoutControlsBehind(text, at + 1)}`;
	}
	return text;
}

function withoutControlsBehind(text: string, start: number): string {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
	return text.slice(start).replace(/[\x00-\x1f\x7f]/g, " ");
}

const ANY_PORT: Readonly<Record<Protocol, Match>> = { tcp: anyPort("tcp"), udp: anyPort("udp"), sctp: anyPort("sctp") };

function anyPort(protocol: Protocol): Match {
	return { kind: "ports", protocol, destinationPort: undefined };
}

function parsePorts(protocol: Protocol, { words, start, end }: Options): Match | undefined {
	if (start === end) return ANY_PORT[protocol];
	const port = parsePort(words[start + 1]);
	const isKnown = end - start === 2 && isDestinationPort(words[start]) && port !== undefined;
	return isKnown ? { kind: "ports", protocol, destinationPort: port } : undefined;
}

/** Whether a word is the option of a destination port. */
export function isDestinationPort(word: string | undefined): boolean {
	return word === "--dport" || word === "--destination-port";
}

function parseStatistic({ words, start, end }: Options): Match | undefined {
	if (end - start !== 4 || words[start] !== "--mode" || words[start + 1] !== "random") return undefined;
	const probability = words[start + 2] === "--probability" ? keptProbability(words[start + 3] ?? "") : undefined;
	return probability === undefined ? undefined : { kind: "statistic", probability };
}

/** One option that may be negated, with its value; undefined when there is anything else. */
function oneOption({ words, start, end }: Options): { option: string; value: string; isNegated: boolean } | undefined {
	const isNegated = words[start] === "!";
	const at = isNegated ? start + 1 : start;
	const [option, value] = [words[at], words[at + 1]];
	return option === undefined || value === undefined || at + 2 !== end ? undefined : { option, value, isNegated };
}

function parseAddrtype(options: Options): Match | undefined {
	const { option, value, isNegated } = oneOption(options) ?? {};
	const side = option === "--dst-type" ? "destination" : option === "--src-type" ? "source" : undefined;
	if (side === undefined || value !== "LOCAL" || isNegated === undefined) return undefined;
	return { kind: "addrtype", side, type: "LOCAL", isNegated };
}

const STATES: readonly string[] = [
	"INVALID",
	"NEW",
	"ESTABLISHED",
	"RELATED",
	"DNAT",
	"SNAT",
	"UNTRACKED",
] satisfies readonly ConntrackState[];

function parseConntrack(options: Options): Match | undefined {
	const { option, value = "", isNegated = false } = oneOption(options) ?? {};
	const states = value.split(",");
	if (option !== "--ctstate" || !states.every((state) => STATES.includes(state))) return undefined;
	return { kind: "conntrack", states: states as ConntrackState[], isNegated };
}

function parseMark(options: Options): Match | undefined {
	const { option, value = "", isNegated = false } = oneOption(options) ?? {};
	const mark = option === "--mark" ? parseMarkAndMask(value) : undefined;
	return mark === undefined ? undefined : { kind: "mark", value: mark.value, mask: mark.mask, isNegated };
}

function parseNfacct(options: Options): Match | undefined {
	const { option, value = "", isNegated } = oneOption(options) ?? {};
	return option === "--nfacct-name" && isNegated === false ? { kind: "nfacct", name: unquote(value) } : undefined;
}

/** What a `recent` match says when it says nothing. */
const FULL_MASKS: readonly string[] = ["255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"];

function parseRecent({ words, start, end }: Options): Match | undefined {
	let list = "DEFAULT";
	let seconds: number | undefined;
	const flags = new Set<string>();
	for (let at = start; at < end; at++) {
		const word = words[at] ?? "";
		const value = words[at + 1] ?? "";
		if (word === "--name") list = unquote(value);
		else if (word === "--seconds" && /^\d{1,9}$/.test(value)) seconds = Number(value);
		else if (word !== "--mask" || !FULL_MASKS.includes(value)) {
			if (word !== "--rsource") flags.add(word);
			continue;
		}
		at++;
	}
	const isSet = flags.size === 1 && flags.has("--set") && seconds === undefined;
	if (isSet) return { kind: "recent-set", list };
	const isCheck = flags.size === 2 && flags.has("--rcheck") && flags.has("--reap");
	return isCheck && seconds !== undefined ? { kind: "recent-check", list, seconds } : undefined;
}

function parseSet({ words, start, end }: Options): Match | undefined {
	const sides = (words[start + 2] ?? "").split(",").map(sideOf);
	if (end - start !== 3 || words[start] !== "--match-set" || !sides.every((side) => side !== undefined))
		return undefined;
	return { kind: "set", set: unquote(words[start + 1] ?? ""), sides };
}

function sideOf(word: string): Side | undefined {
	if (word === "src") return "source";
	return word === "dst" ? "destination" : undefined;
}

function parsePhysdev({ words, start, end }: Options): Match | undefined {
	const isNegated = words[start] === "!";
	const at = isNegated ? start + 1 : start;
	return words[at] === "--physdev-is-in" && at + 1 === end ? { kind: "physdev-is-in", isNegated } : undefined;
}

const PROTOCOLS: ReadonlyMap<string, Protocol> = new Map<string, Protocol>([
	["6", "tcp"],
	["tcp", "tcp"],
	["17", "udp"],
	["udp", "udp"],
	["132", "sctp"],
	["sctp", "sctp"],
]);

/** A protocol that Services have, by its name or number. */
export function protocolOf(word: string): Protocol | undefined {
	return PROTOCOLS.get(word);
}

function parseIpvs({ words, start, end }: Options): Match | undefined {
	const values = new Map<string, string>();
	for (let at = start; at < end; at += 2) values.set(words[at] ?? "", words[at + 1] ?? "");
	const ip = values.get("--vaddr");
	const protocol = protocolOf(values.get("--vproto") ?? "");
	const port = parsePort(values.get("--vport"));
	if (end - start !== 6 || ip === undefined || protocol === undefined || port === undefined) return undefined;
	return { kind: "ipvs", ip, protocol, port };
}
