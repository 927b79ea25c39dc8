import { unreachable } from "../../unreachable.ts";
import type { AddressMatch, InterfaceMatch, Match, Rule, Target } from "./ruleset.ts";

/**
 * Whether two rules are the same data, apart from chain and origin. Fast, and never true for rules that differ; rules
 * that are written differently with the same effect need `canonicalRule` first.
 */
export function sameRule(a: Rule, b: Rule): boolean {
	return (
		a === b ||
		(sameAddress(a.source, b.source) &&
			sameAddress(a.destination, b.destination) &&
			sameInterface(a.inInterface, b.inInterface) &&
			sameInterface(a.outInterface, b.outInterface) &&
			sameProtocol(a.protocol, b.protocol) &&
			sameTarget(a.target, b.target) &&
			sameMatches(a.matches, b.matches))
	);
}

/** Whether two targets do the same. */
export function sameTarget(a: Target | undefined, b: Target | undefined): boolean {
	if (a === undefined || b === undefined) return a === b;
	switch (a.kind) {
		case "accept":
		case "drop":
		case "return":
			return a.kind === b.kind;
		case "jump":
		case "goto":
			return a.kind === b.kind && a.chain === b.chain;
		case "reject":
			return a.kind === b.kind && a.with === b.with;
		case "mark":
			return a.kind === b.kind && a.value === b.value && a.mask === b.mask;
		case "masquerade":
			return a.kind === b.kind && a.isRandomFully === b.isRandomFully;
		case "dnat":
			return a.kind === b.kind && a.to === b.to;
		case "unknown":
			return a.kind === b.kind && sameList(a.words, b.words);
		default:
			return unreachable(a);
	}
}

function sameAddress(a: AddressMatch | undefined, b: AddressMatch | undefined): boolean {
	if (a === undefined || b === undefined) return a === b;
	return a.address === b.address && a.prefixLength === b.prefixLength && a.isNegated === b.isNegated;
}

function sameInterface(a: InterfaceMatch | undefined, b: InterfaceMatch | undefined): boolean {
	if (a === undefined || b === undefined) return a === b;
	return a.name === b.name && a.isNegated === b.isNegated;
}

function sameProtocol(a: Rule["protocol"], b: Rule["protocol"]): boolean {
	if (typeof a !== "object" || typeof b !== "object") return a === b;
	return a.name === b.name && a.isNegated === b.isNegated;
}

function sameMatches(a: readonly Match[], b: readonly Match[]): boolean {
	if (a.length !== b.length) return false;
	for (let index = 0; index < a.length; index++) {
		const [one, other] = [a[index], b[index]];
		if (one === undefined || other === undefined || !sameMatch(one, other)) return false;
	}
	return true;
}

function sameMatch(a: Match, b: Match): boolean {
	switch (a.kind) {
		case "comment":
			return a.kind === b.kind && a.text === b.text;
		case "ports":
			return a.kind === b.kind && a.protocol === b.protocol && a.destinationPort === b.destinationPort;
		case "addrtype":
			return a.kind === b.kind && a.side === b.side && a.type === b.type && a.isNegated === b.isNegated;
		case "conntrack":
			return a.kind === b.kind && a.isNegated === b.isNegated && sameList(a.states, b.states);
		case "mark":
			return a.kind === b.kind && a.value === b.value && a.mask === b.mask && a.isNegated === b.isNegated;
		case "nfacct":
			return a.kind === b.kind && a.name === b.name;
		case "recent-set":
			return a.kind === b.kind && a.list === b.list;
		case "recent-check":
			return a.kind === b.kind && a.list === b.list && a.seconds === b.seconds;
		case "set":
			return a.kind === b.kind && a.set === b.set && sameList(a.sides, b.sides);
		case "physdev-is-in":
			return a.kind === b.kind && a.isNegated === b.isNegated;
		case "ipvs":
			return a.kind === b.kind && a.ip === b.ip && a.protocol === b.protocol && a.port === b.port;
		case "statistic":
			return a.kind === b.kind && a.probability === b.probability;
		case "unknown":
			return a.kind === b.kind && sameList(a.words, b.words);
		default:
			return unreachable(a);
	}
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
	return a.length === b.length && a.every((word, index) => word === b[index]);
}
