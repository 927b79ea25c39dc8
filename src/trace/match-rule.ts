import type { AddressMatch, InterfaceMatch, Match, Rule } from "../lang/iptables/ruleset.ts";
import type { VirtualServer } from "../lang/ipvs/table.ts";
import { addressBits, contains } from "../net/cidr.ts";
import { familyOf, type IP } from "../net/ip.ts";
import { unreachable } from "../unreachable.ts";
import { statusChance } from "./conntrack.ts";
import type { Flow, Journey } from "./flow.ts";
import { matchesForeign } from "./foreign-match.ts";
import type { Chance, Packet, Place } from "./packet.ts";

/** How likely a canonical rule matches a packet. What certainly does not match wins over what nobody can tell. */
export function chanceOf(rule: Rule, flow: Flow, journey: Journey, place: Place): Chance {
	if (addressChance(rule.destination, flow.to) === 0 || addressChance(rule.source, flow.from) === 0) return 0;
	if (protocolChance(rule.protocol, journey.packet.protocol) === 0) return 0;
	let chance = both(
		interfaceChance(rule.inInterface, place.inInterface),
		interfaceChance(rule.outInterface, place.outInterface),
	);
	for (const match of rule.matches) {
		if (chance === 0) return 0;
		chance = both(chance, matchChance(match, flow, journey));
	}
	return chance;
}

function both(one: Chance, other: Chance): Chance {
	if (one === 0 || other === 0) return 0;
	return one === undefined || other === undefined ? undefined : one * other;
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
	if (typeof match === "string") return certainly(match === protocol);
	const isNumber = /^(?:0x)?[0-9a-f]+$/i.test(match.name) && !Number.isNaN(Number(match.name));
	const name = isNumber ? (PROTOCOL_NUMBERS[Number(match.name)] ?? match.name) : match.name.toLowerCase();
	return certainly(name === protocol || name === "all", match.isNegated);
}

/** iptables-save prints names where it knows them; people write numbers. */
const PROTOCOL_NUMBERS: Readonly<Record<number, string>> = { 0: "all", 6: "tcp", 17: "udp", 132: "sctp" };

function interfaceChance(match: InterfaceMatch | undefined, name: string | undefined): Chance {
	if (match === undefined) return 1;
	// What comes from elsewhere does not come by the loopback interface.
	if (name === undefined) return match.name === "lo" ? certainly(false, match.isNegated) : undefined;
	const isNamed = match.name.endsWith("+")
		? name !== "" && name.startsWith(match.name.slice(0, -1))
		: name === match.name;
	return certainly(isNamed, match.isNegated);
}

function matchChance(match: Match, flow: Flow, journey: Journey): Chance {
	const { packet, isRemembered } = journey;
	switch (match.kind) {
		case "comment":
		case "nfacct":
		case "recent-set":
			return 1;
		case "ports":
			return certainly(match.protocol === packet.protocol && samePort(match.destinationPort, flow.port));
		case "addrtype":
			return localChance(match.side === "source" ? flow.from : flow.to, match.isNegated, journey);
		case "conntrack":
			return conntrackChance(match, flow, packet);
		case "mark":
			return certainly((flow.mark & match.mask) >>> 0 === match.value, match.isNegated);
		case "recent-check":
			return certainly(isRemembered(match.list) === true);
		case "set":
			return certainlyKnown(journey.isInSet(match, flow, packet.protocol));
		case "ipvs":
			return certainly(isServer(match, flow.virtualServer));
		case "unknown":
			return certainlyKnown(
				matchesForeign(match.words, { protocol: packet.protocol, port: flow.port, connmark: flow.connmark }),
			);
		case "physdev-is-in":
			return undefined;
		case "statistic":
			return match.probability;
		default:
			return unreachable(match);
	}
}

function certainlyKnown(isTrue: boolean | undefined): Chance {
	return isTrue === undefined ? undefined : certainly(isTrue);
}

/** Whether a virtual server took the packet, and this one. */
function isServer(match: Match & { readonly kind: "ipvs" }, server: VirtualServer | undefined): boolean {
	return (
		server !== undefined && server.ip === match.ip && server.port === match.port && server.protocol === match.protocol
	);
}

/** Without any address of the node nobody can tell which are its own, but for loopback. */
function localChance(ip: string, isNegated: boolean, { isLocal, node }: Journey): Chance {
	if (isLocal(ip)) return certainly(true, isNegated);
	return node.ips.length === 0 ? undefined : certainly(false, isNegated);
}

function samePort(wanted: number | undefined, port: number): boolean {
	return wanted === undefined || wanted === port;
}

/** The packet is the first of its connection. */
function conntrackChance(
	{ states, isNegated }: Match & { readonly kind: "conntrack" },
	flow: Flow,
	packet: Packet,
): Chance {
	if (states.includes("NEW")) return certainly(true, isNegated);
	const asked = (["DNAT", "SNAT"] as const).filter((status) => states.includes(status));
	const chances = asked.map((status) => statusChance(status, flow, packet));
	if (chances.includes(1)) return certainly(true, isNegated);
	return chances.includes(undefined) ? undefined : certainly(false, isNegated);
}
