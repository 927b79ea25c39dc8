import type { AddressMatch, InterfaceMatch, Match, Rule } from "../lang/iptables/ruleset.ts";
import { addressBits, contains } from "../net/cidr.ts";
import { familyOf, type IP } from "../net/ip.ts";
import { unreachable } from "../unreachable.ts";
import type { Flow, Journey } from "./flow.ts";
import type { Hook } from "./packet.ts";

/** How likely a rule matches, 0-1; undefined: nobody can tell. */
export type Chance = number | undefined;

/** Where in the kernel the question is asked. */
export interface Place {
	readonly hook: Hook;
	/** Undefined: not known. Empty: there is none, as for a packet that the node sends. */
	readonly inInterface: string | undefined;
	readonly outInterface: string | undefined;
}

/** How likely a canonical rule matches a packet. What certainly does not match wins over what nobody can tell. */
export function chanceOf(rule: Rule, flow: Flow, journey: Journey, place: Place): Chance {
	const { packet } = journey;
	let chance: Chance = 1;
	const both = (other: Chance): boolean => {
		if (other === 0) return false;
		chance = chance === undefined || other === undefined ? undefined : chance * other;
		return true;
	};
	const isPossible =
		both(addressChance(rule.destination, flow.to)) &&
		both(addressChance(rule.source, flow.from)) &&
		both(protocolChance(rule.protocol, packet.protocol)) &&
		both(interfaceChance(rule.inInterface, place.inInterface)) &&
		both(interfaceChance(rule.outInterface, place.outInterface)) &&
		rule.matches.every((match) => both(matchChance(match, flow, journey)));
	return isPossible ? chance : 0;
}

function certainly(isTrue: boolean, isNegated = false): 0 | 1 {
	return isTrue !== isNegated ? 1 : 0;
}

function addressChance(match: AddressMatch | undefined, ip: string): 0 | 1 {
	if (match === undefined) return 1;
	const { address, prefixLength, isNegated } = match;
	if (prefixLength === undefined) return certainly(address === ip, isNegated);
	const family = familyOf(address as IP);
	const isInside =
		prefixLength === addressBits(family)
			? address === ip
			: contains({ family, network: address as IP, prefixLength }, ip as IP);
	return certainly(isInside, isNegated);
}

function protocolChance(match: Rule["protocol"], protocol: string): 0 | 1 {
	if (match === undefined) return 1;
	return typeof match === "string"
		? certainly(match === protocol)
		: certainly(match.name === protocol, match.isNegated);
}

function interfaceChance(match: InterfaceMatch | undefined, name: string | undefined): Chance {
	if (match === undefined) return 1;
	if (name === undefined) return undefined;
	const isNamed = match.name.endsWith("+")
		? name !== "" && name.startsWith(match.name.slice(0, -1))
		: name === match.name;
	return certainly(isNamed, match.isNegated);
}

function matchChance(match: Match, flow: Flow, { packet, isLocal, isRemembered }: Journey): Chance {
	switch (match.kind) {
		case "comment":
		case "nfacct":
		case "recent-set":
			return 1;
		case "ports":
			return certainly(match.protocol === packet.protocol && samePort(match.destinationPort, flow.port));
		case "addrtype":
			return certainly(isLocal(match.side === "source" ? flow.from : flow.to), match.isNegated);
		case "conntrack":
			return certainly(
				match.states.some((state) => hasState(flow, state)),
				match.isNegated,
			);
		case "mark":
			return certainly((flow.mark & match.mask) >>> 0 === match.value, match.isNegated);
		case "recent-check":
			return certainly(isRemembered(match.list));
		case "physdev-is-in":
		case "set":
		case "ipvs":
		case "unknown":
			return undefined;
		case "statistic":
			return match.probability;
		default:
			return unreachable(match);
	}
}

function samePort(wanted: number | undefined, port: number): boolean {
	return wanted === undefined || wanted === port;
}

/** The packet is the first of its connection. */
function hasState({ isTranslated, isMasqueraded }: Flow, state: string): boolean {
	return state === "NEW" || (state === "DNAT" && isTranslated) || (state === "SNAT" && isMasqueraded);
}
