import type { Protocol } from "../../net/protocol.ts";
import { endBeforePorts, endOfOptions, PORT_MATCHES, shortName } from "./options.ts";
import { parseAddress, parseProtocol } from "./parse-address.ts";
import type { RuleContext } from "./parse-context.ts";
import { isDestinationPort, parseMatch, parsePort } from "./parse-match.ts";
import { parseTarget } from "./parse-target.ts";
import type { AddressMatch, InterfaceMatch, Match, Rule, Target } from "./ruleset.ts";
import { unquote } from "./words.ts";

/** A rule on its way: the same fields in the same order as everywhere, so that big rulesets stay small and fast. */
interface Draft {
	readonly chain: string;
	source: AddressMatch | undefined;
	destination: AddressMatch | undefined;
	inInterface: InterfaceMatch | undefined;
	outInterface: InterfaceMatch | undefined;
	protocol: Rule["protocol"];
	readonly matches: Match[];
	target: Target | undefined;
	readonly origin: undefined;
}

/**
 * The rule that the words after `-A CHAIN` stand for. What is not modelled becomes `unknown` with its words; undefined
 * when the words make no sense, such as an option without its value.
 */
export function parseRule(
	chain: string,
	words: readonly string[],
	start: number,
	context: RuleContext,
): Rule | undefined {
	const draft: Draft = {
		chain,
		source: undefined,
		destination: undefined,
		inInterface: undefined,
		outInterface: undefined,
		protocol: undefined,
		matches: [],
		target: undefined,
		origin: undefined,
	};
	let at = start;
	while (at < words.length) {
		const next = readOption(draft, words, at, context);
		if (next === undefined) return undefined;
		at = next;
	}
	return draft;
}

/** Reads the option at a place and tells where the next one begins. */
function readOption(draft: Draft, words: readonly string[], at: number, context: RuleContext): number | undefined {
	const isNegated = words[at] === "!";
	const option = isNegated ? at + 1 : at;
	const value = words[option + 1];
	const name = shortName(words[option] ?? "");
	switch (name) {
		case "-m":
			return value === undefined || isNegated ? undefined : readMatch(draft, words, option);
		case "-j":
		case "-g":
			return value === undefined || isNegated ? undefined : readTarget(draft, name, words, option + 1, context);
		case "-s":
		case "-d":
		case "-i":
		case "-o":
		case "-p":
			return value === undefined ? undefined : readPart(draft, name, words, option + 1, isNegated, context);
		case "-f":
			draft.matches.push({ kind: "unknown", words: words.slice(at, option + 1) });
			return option + 1;
		case "-c":
			return option + 3 <= words.length ? option + 3 : undefined;
		default:
			return readLooseOption(draft, words, at);
	}
}

function readPart(
	draft: Draft,
	name: "-s" | "-d" | "-i" | "-o" | "-p",
	words: readonly string[],
	start: number,
	isNegatedBefore: boolean,
	{ dialect }: RuleContext,
): number | undefined {
	// Old tools wrote the exclamation mark behind the option.
	const isNegatedBehind = words[start] === "!";
	const at = isNegatedBehind ? start + 1 : start;
	const value = words[at];
	const isNegated = isNegatedBefore !== isNegatedBehind;
	if (value === undefined) return undefined;
	if (isTwice(draft, name)) return undefined;
	if (name === "-p") {
		draft.protocol = parseProtocol(value, isNegated);
	} else if (name === "-i") {
		draft.inInterface = { name: unquote(value), isNegated };
	} else if (name === "-o") {
		draft.outInterface = { name: unquote(value), isNegated };
	} else {
		const address = parseAddress(value, isNegated, dialect);
		if (address === undefined)
			draft.matches.push({ kind: "unknown", words: words.slice(isNegatedBefore ? start - 2 : start - 1, at + 1) });
		else if (name === "-s") draft.source = address;
		else draft.destination = address;
	}
	return at + 1;
}

/** No tool takes a part twice. */
function isTwice(draft: Draft, name: "-s" | "-d" | "-i" | "-o" | "-p"): boolean {
	switch (name) {
		case "-s":
			return draft.source !== undefined;
		case "-d":
			return draft.destination !== undefined;
		case "-i":
			return draft.inInterface !== undefined;
		case "-o":
			return draft.outInterface !== undefined;
		default:
			return draft.protocol !== undefined;
	}
}

function readMatch(draft: Draft, words: readonly string[], at: number): number {
	const name = words[at + 1] ?? "";
	const start = at + 2;
	const end = endOfOptions(words, start);
	const match = parseMatch(name, { words, start, end });
	if (match !== undefined) {
		draft.matches.push(match);
		return end;
	}
	const own = draft.protocol === undefined || PORT_MATCHES.has(name) ? end : endBeforePorts(words, start, end);
	const rest = own === end ? undefined : parseMatch(name, { words, start, end: own });
	draft.matches.push(rest ?? { kind: "unknown", words: ["-m", ...words.slice(at + 1, own)] });
	return own;
}

function readTarget(
	draft: Draft,
	option: "-j" | "-g",
	words: readonly string[],
	start: number,
	context: RuleContext,
): number | undefined {
	const end = endOfOptions(words, start + 1);
	if (draft.target !== undefined || (option === "-g" && end > start + 1)) return undefined;
	const name = words[start] ?? "";
	draft.target = option === "-g" ? { kind: "goto", chain: unquote(name) } : parseTarget({ words, start, end }, context);
	return end;
}

/**
 * Options of a match that stand apart from it: kube-proxy writes the port behind the address, and others leave out the
 * `-m` that a protocol implies.
 */
function readLooseOption(draft: Draft, words: readonly string[], at: number): number | undefined {
	const option = words[words[at] === "!" ? at + 1 : at];
	if (option?.startsWith("--") !== true) return undefined;
	const end = Math.max(endOfOptions(words, at), at + 1);
	const { protocol, matches } = draft;
	if (typeof protocol !== "string") {
		if (protocol === undefined) return undefined;
		matches.push({ kind: "unknown", words: ["-m", protocol.name, ...words.slice(at, end)] });
		return end;
	}
	const destinationPort = isDestinationPort(option) && end === at + 2 ? parsePort(words[at + 1]) : undefined;
	const empty = emptyPorts(draft, protocol);
	const match: Match =
		destinationPort === undefined
			? { kind: "unknown", words: ["-m", protocol, ...words.slice(at, end)] }
			: { kind: "ports", protocol, destinationPort };
	if (empty < 0) matches.push(match);
	else matches[empty] = match;
	return end;
}

/** More words than iptables-restore takes: nobody has to look through so many matches again and again. */
const MOST_MATCHES = 255;

/** The place of the protocol's match when it says nothing yet; below 0 when there is none. */
function emptyPorts({ matches }: Draft, protocol: Protocol): number {
	if (matches.length > MOST_MATCHES) return -1;
	return matches.findIndex(
		(match) => match.kind === "ports" && match.protocol === protocol && match.destinationPort === undefined,
	);
}
