import { modeOfChain } from "../kube/chains.ts";
import type { Table } from "../lang/iptables/ruleset.ts";
import type { NodeState } from "../lang/node-state.ts";
import { contains } from "../net/cidr.ts";
import { familyOf, type IP, isLoopback } from "../net/ip.ts";
import { indexBaseChains } from "./base-chains.ts";
import { newEffort } from "./effort.ts";
import type { Flow, Journey } from "./flow.ts";
import { indexSets } from "./match-set.ts";
import { endpointsBySet } from "./nft/endpoints-by-set.ts";
import type { Outcome } from "./outcome.ts";
import type { NodeAddresses, Packet } from "./packet.ts";
import { travel } from "./travel.ts";
import { indexVirtualServers } from "./virtual-servers.ts";

/** Rules that were made ready: any number of packets can be followed through them. */
export interface Tracer {
	readonly trace: (packet: Packet, options?: TraceOptions) => readonly Outcome[];
}

/** What is known of the client. */
export interface TraceOptions {
	/** The endpoint (`ip:port`) the client was sent to before. */
	readonly affinity?: string | undefined;
}

/** Makes a node's rules ready to be traced. It looks at rules alone. */
export function newTracer(state: NodeState, node: NodeAddresses): Tracer {
	const baseChains = indexBaseChains(state);
	const remembered = new Map([...endpointsByList(state.iptables ?? []), ...endpointsBySet(state.nft ?? [])]);
	const local = localAddresses(state, node);
	const isInSet = indexSets(state.sets);
	const findServer = indexVirtualServers(state.virtualServers ?? []);
	const lacksServers = state.virtualServers === undefined && isInIpvsMode(state);
	return {
		trace: (packet, { affinity } = {}) => {
			const outcomes: Outcome[] = [];
			const journey: Journey = {
				packet,
				node,
				ownIP: node.ips.find((ip) => familyOf(ip) === familyOf(packet.to)),
				interfaceTo: (ip) => node.interfaces.find(({ network }) => contains(network, ip as IP))?.name,
				isLocal: (ip) => local.has(ip) || isLoopback(ip as IP),
				sourceFor: (ip) => sourceFor(ip as IP, node),
				isRemembered: (list) =>
					remembered.has(list) ? affinity !== undefined && remembered.get(list) === affinity : undefined,
				isInSet,
				findServer,
				affinity,
				lacksServers,
			};
			travel({ baseChains, journey, effort: newEffort() }, start(packet, outcomes));
			return outcomes;
		},
	};
}

/** Every virtual server's address is one of the node's, whether or not somebody listed those of kube-ipvs0. */
function localAddresses(
	{ dummyIPs, virtualServers }: NodeState,
	{ ips, interfaces }: NodeAddresses,
): ReadonlySet<string> {
	const servers = (virtualServers ?? []).map(({ ip }) => ip);
	return new Set<string>([...ips, ...interfaces.map(({ ip }) => ip), ...(dummyIPs ?? servers)]);
}

function isInIpvsMode({ iptables }: NodeState): boolean {
	return (iptables ?? []).some(({ rules }) => rules.some(({ chain }) => modeOfChain(chain) === "ipvs"));
}

function start({ from, to, port }: Packet, outcomes: Outcome[]): Flow {
	return {
		from,
		to,
		port,
		mark: 0,
		connmark: 0,
		isTranslated: false,
		isMasqueraded: false,
		virtualServer: undefined,
		probability: 1,
		isWayCertain: true,
		steps: undefined,
		outcomes,
	};
}

/** The endpoint that a list of `recent` stands for: the one of the rule that fills it. */
function endpointsByList(tables: readonly Table[]): ReadonlyMap<string, string> {
	const endpoints = new Map<string, string>();
	for (const { rules } of tables) {
		for (const { matches, target } of rules) {
			for (const match of matches) {
				if (match.kind === "recent-set" && target?.kind === "dnat") endpoints.set(match.list, target.to);
			}
		}
	}
	return endpoints;
}

/**
 * The address of the interface behind which a destination lies, else the node's first of the family. To one of the node's
 * own IPv6 addresses the kernel takes that address itself. Source: measured, IPv4 and IPv6.
 */
function sourceFor(ip: IP, { ips, interfaces }: NodeAddresses): IP | undefined {
	const family = familyOf(ip);
	const isOwn = isLoopback(ip) || ips.includes(ip) || interfaces.some((one) => one.ip === ip);
	if (family === "ipv6" && isOwn) return ip;
	const near = interfaces.find((one) => one.ip !== ip && contains(one.network, ip));
	return near?.ip ?? ips.find((own) => familyOf(own) === family);
}
