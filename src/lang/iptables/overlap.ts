import { addressBits, type CIDR, contains } from "../../net/cidr.ts";
import { familyOf, parseIP } from "../../net/ip.ts";
import type { AddressMatch, InterfaceMatch, Match, Rule } from "./ruleset.ts";

/**
 * Whether two rules might match the same packet. False only when they certainly cannot: what is not modelled counts as
 * possible. Both rules have to be canonical.
 */
export function mayOverlap(a: Rule, b: Rule): boolean {
	return (
		protocolsMeet(a.protocol, b.protocol) &&
		addressesMeet(a.destination, b.destination) &&
		addressesMeet(a.source, b.source) &&
		interfacesMeet(a.inInterface, b.inInterface) &&
		interfacesMeet(a.outInterface, b.outInterface) &&
		a.matches.every((one) => b.matches.every((other) => matchesMeet(one, other)))
	);
}

function protocolsMeet(a: Rule["protocol"], b: Rule["protocol"]): boolean {
	if (a === undefined || b === undefined) return true;
	const [one, other] = [asOther(a), asOther(b)];
	if (one.isNegated && other.isNegated) return true;
	return (one.name === other.name) === (one.isNegated === other.isNegated);
}

function asOther(protocol: NonNullable<Rule["protocol"]>): { readonly name: string; readonly isNegated: boolean } {
	return typeof protocol === "string" ? { name: protocol, isNegated: false } : protocol;
}

function addressesMeet(a: AddressMatch | undefined, b: AddressMatch | undefined): boolean {
	if (a === undefined || b === undefined || (a.isNegated && b.isNegated)) return true;
	if (!a.isNegated && !b.isNegated && a.prefixLength === undefined && b.prefixLength === undefined) {
		return a.address === b.address;
	}
	const [one, other] = [networkOf(a), networkOf(b)];
	if (one === undefined || other === undefined) return true;
	if (a.isNegated) return !isInside(other, one);
	if (b.isNegated) return !isInside(one, other);
	return isInside(one, other) || isInside(other, one);
}

function networkOf({ address, prefixLength }: AddressMatch): CIDR | undefined {
	const network = parseIP(address);
	if (network === undefined) return undefined;
	const family = familyOf(network);
	return { family, network, prefixLength: prefixLength ?? addressBits(family) };
}

function isInside(inner: CIDR, outer: CIDR): boolean {
	return inner.prefixLength >= outer.prefixLength && contains(outer, inner.network);
}

function interfacesMeet(a: InterfaceMatch | undefined, b: InterfaceMatch | undefined): boolean {
	if (a === undefined || b === undefined || (a.isNegated && b.isNegated)) return true;
	if (a.isNegated) return !isNamed(b.name, a.name);
	if (b.isNegated) return !isNamed(a.name, b.name);
	return isNamed(a.name, b.name) || isNamed(b.name, a.name);
}

/** Whether every interface that `name` stands for is one of those that `pattern` stands for. */
function isNamed(name: string, pattern: string): boolean {
	return pattern.endsWith("+") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function matchesMeet(a: Match, b: Match): boolean {
	if (a.kind === "ports" && b.kind === "ports") {
		return a.protocol === b.protocol && samePort(a.destinationPort, b.destinationPort);
	}
	if (a.kind === "conntrack" && b.kind === "conntrack") return statesMeet(a, b);
	if (a.kind === "addrtype" && b.kind === "addrtype") return a.side !== b.side || a.isNegated === b.isNegated;
	if (a.kind === "physdev-is-in" && b.kind === "physdev-is-in") return a.isNegated === b.isNegated;
	if (a.kind === "mark" && b.kind === "mark") return marksMeet(a, b);
	return true;
}

function samePort(a: number | undefined, b: number | undefined): boolean {
	return a === undefined || b === undefined || a === b;
}

type StateMatch = Extract<Match, { kind: "conntrack" }>;

/** A packet has one state; that its connection is translated (DNAT, SNAT) comes on top. */
const VIRTUAL: readonly string[] = ["DNAT", "SNAT"];

function statesMeet(a: StateMatch, b: StateMatch): boolean {
	if (a.isNegated && b.isNegated) return true;
	if (a.isNegated) return !b.states.every((state) => a.states.includes(state));
	if (b.isNegated) return !a.states.every((state) => b.states.includes(state));
	const hasVirtual = [...a.states, ...b.states].some((state) => VIRTUAL.includes(state));
	return hasVirtual || a.states.some((state) => b.states.includes(state));
}

type MarkMatch = Extract<Match, { kind: "mark" }>;

function marksMeet(a: MarkMatch, b: MarkMatch): boolean {
	if (a.isNegated && b.isNegated) return true;
	const common = a.mask & b.mask;
	const agree = (a.value & common) === (b.value & common);
	if (!a.isNegated && !b.isNegated) return agree;
	// One is excluded: nothing is left when the other one says all of it.
	const [excluded, given] = a.isNegated ? [a, b] : [b, a];
	// A value with bits beside its mask equals no mark, so nothing is excluded.
	if ((excluded.value & ~excluded.mask) !== 0) return true;
	const saysAll = (excluded.mask & ~given.mask) === 0;
	return !(saysAll && agree);
}
