import { networkInterfaces } from "node:os";
import { calledChain } from "../diff/iptables/chain-index.ts";
import { isKubeletRule } from "../diff/iptables/compare.ts";
import { nodePortsIn } from "../diff/ipvs/node-ports.ts";
import { isKubeProxyChain } from "../kube/chains.ts";
import type { IpSet } from "../lang/ipset/set.ts";
import type { Table } from "../lang/iptables/ruleset.ts";
import { virtualServerLines } from "../lang/ipvs/print.ts";
import type { VirtualServer } from "../lang/ipvs/table.ts";
import type { NodeState } from "../lang/node-state.ts";
import { isLoopback, parseIP } from "../net/ip.ts";

/**
 * What a node has without virtual servers and sets of others. A virtual server is one of ours when it is wanted, its address
 * is on kube-ipvs0 or in the set of what is, a set lists it, or its port is in a set of node ports and its address is the
 * node's; then those are, too, that have the port and the same real servers at an address that was the node's.
 *
 * @param nodeIPs addresses of this machine on all interfaces, canonical
 */
export function withoutForeign(
	live: NodeState,
	wanted: NodeState,
	nodeIPs: ReadonlySet<string> = machineIPs(),
): NodeState {
	const isOurs = ownServers(live, wanted, nodeIPs);
	return {
		...live,
		virtualServers: live.virtualServers?.filter(isOurs),
		sets: live.sets?.filter(({ name }) => name.startsWith("KUBE-")),
	};
}

/** Node ports are never served at the loopback address. */
function machineIPs(): ReadonlySet<string> {
	const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
	const ips = all.flatMap(({ address }) => parseIP(address) ?? []);
	return new Set(ips.filter((ip) => !isLoopback(ip)));
}

function ownServers(
	live: NodeState,
	wanted: NodeState,
	nodeIPs: ReadonlySet<string>,
): (server: VirtualServer) => boolean {
	const sets = live.sets ?? [];
	const addresses = new Set([...(live.dummyIPs ?? []), ...(wanted.dummyIPs ?? []), ...sets.flatMap(addressesIn)]);
	const keys = new Set([...(wanted.virtualServers ?? []).map(keyOf), ...sets.flatMap(serversIn)]);
	const nodePorts = new Set(sets.flatMap(nodePortsIn));
	const isNodePort = (server: VirtualServer): boolean => nodePorts.has(`${server.protocol} ${server.port}`);
	const own = (live.virtualServers ?? []).filter((server) => isNodePort(server) && nodeIPs.has(server.ip));
	const shapes = new Set(own.map(shapeOf));
	return (server) =>
		addresses.has(server.ip) || keys.has(keyOf(server)) || (isNodePort(server) && shapes.has(shapeOf(server)));
}

/** Equal for virtual servers of one node port at different addresses. */
function shapeOf(server: VirtualServer): string {
	return virtualServerLines({ ...server, ip: "" }).join("\n");
}

function keyOf({ protocol, ip, port }: Pick<VirtualServer, "protocol" | "ip" | "port">): string {
	return `${protocol} ${ip} ${port}`;
}

function addressesIn(set: IpSet): readonly string[] {
	return set.type === "hash:ip" && /^KUBE-(?:6-)?IPVS-IPS$/.test(set.name) ? set.entries.map(({ ip }) => ip) : [];
}

/** Virtual servers that sets list: all but most node ports. */
function serversIn(set: IpSet): readonly string[] {
	return set.type === "hash:ip,port" && set.name.startsWith("KUBE-") ? set.entries.map(keyOf) : [];
}

/** A node without anything of kube-proxy's: what `cleanup` makes of it. */
export function emptied(live: NodeState): NodeState {
	const tables = (live.iptables ?? []).map(emptiedTable);
	return {
		family: live.family,
		iptables: live.iptables === undefined ? undefined : tables,
		virtualServers: live.virtualServers === undefined ? undefined : [],
		sets: live.sets === undefined ? undefined : [],
		dummyIPs: live.dummyIPs === undefined ? undefined : [],
		nft: live.nft === undefined ? undefined : [],
		extent: "kube-proxy",
	};
}

/** Where the kubelet has a rule of its own in KUBE-FIREWALL, that stays, and so does what leads there. */
function emptiedTable({ name, chains, rules }: Table): Table {
	const kubelets = rules.filter(isKubeletRule);
	const shared = new Set(kubelets.map(({ chain }) => chain));
	const builtIn = new Set(chains.filter(({ policy }) => policy !== undefined).map((chain) => chain.name));
	const jumps = rules.filter((rule) => builtIn.has(rule.chain) && shared.has(calledChain(rule) ?? ""));
	return {
		name,
		chains: chains.filter((chain) => builtIn.has(chain.name) || shared.has(chain.name)),
		rules: [...jumps, ...kubelets],
	};
}

/** Whether a node has chains of kube-proxy's. */
export function hasKubeProxyRules({ iptables = [] }: NodeState): boolean {
	return iptables.some(({ chains }) => chains.some(({ name }) => isKubeProxyChain(name)));
}

/** Whether rules refer to sets of kube-proxy's. */
export function hasRulesWithSets({ iptables = [] }: NodeState): boolean {
	return iptables.some(({ rules }) =>
		rules.some(({ matches }) => matches.some((match) => match.kind === "set" && match.set.startsWith("KUBE-"))),
	);
}
