import { type CIDR, contains } from "../net/cidr.ts";
import { type Family, familyOf, type IP } from "../net/ip.ts";
import type { Node, Snapshot } from "../snapshot/snapshot.ts";

/** The node whose rules are compiled. */
export interface LocalNode {
	/** Lower case. */
	readonly name: string;
	/** Empty when the Node has no zone label, or is not in the snapshot. */
	readonly zone: string;
	/** The node's own addresses, primary first, both families. */
	readonly ips: readonly IP[];
	/**
	 * Every address on the node's interfaces, in interface order: loopback, the node's own, further `InternalIP`s of the Node (unless its
	 * own addresses were given), further interfaces.
	 */
	readonly interfaceIPs: readonly IP[];
	readonly podCIDRs: readonly CIDR[];
}

/** How to find the node. */
export interface LocalNodeOptions {
	/** Compared trimmed and in lower case, as kube-proxy does with its own name. */
	readonly name: string;
	/** The node's own addresses, primary first; absent or empty: those of the Node object. */
	readonly ips?: readonly IP[];
	/** Addresses on further interfaces, in interface order. */
	readonly furtherIPs?: readonly IP[];
	/** kube-proxy's `bindAddress`, when it is a specific one: it stands in for the node's address of its family. */
	readonly bindAddress?: IP | undefined;
}

const LOOPBACK = ["127.0.0.1", "::1"] as readonly string[] as readonly IP[];

/** Puts together what is known of the node. A Node object is not required; without one it has no zone and no pod CIDRs. */
export function findLocalNode(snapshot: Snapshot, options: LocalNodeOptions): LocalNode {
	const name = options.name.trim().toLowerCase();
	const node = snapshot.nodes.find((candidate) => candidate.name === name);
	const isGiven = options.ips !== undefined && options.ips.length > 0;
	const own = isGiven ? options.ips : firstOfEachFamily(node);
	const internal = isGiven ? [] : (node?.internalIPs ?? []);
	const ips = withBindAddress(own, options.bindAddress);
	return {
		name,
		zone: node?.zone ?? "",
		ips,
		interfaceIPs: unique([...LOOPBACK, ...own, ...internal, ...(options.furtherIPs ?? [])]),
		podCIDRs: node?.podCIDRs ?? [],
	};
}

/** The node's address of a family; undefined when it has none. */
export function nodeIP(node: Pick<LocalNode, "ips">, family: Family): IP | undefined {
	return node.ips.find((ip) => familyOf(ip) === family);
}

/** The family of the node's first address; IPv4 when it has none. Source: spec section 1.1. */
export function primaryFamily(node: LocalNode): Family {
	const first = node.ips[0];
	return first === undefined ? "ipv4" : familyOf(first);
}

/** Addresses of the node's interfaces that lie in a network, in interface order. */
export function interfaceIPsIn(node: LocalNode, cidr: CIDR): readonly IP[] {
	return node.interfaceIPs.filter((ip) => contains(cidr, ip));
}

function firstOfEachFamily(node: Node | undefined): readonly IP[] {
	const [first, ...others] = node?.addresses ?? [];
	if (first === undefined) return [];
	const second = others.find((ip) => familyOf(ip) !== familyOf(first));
	return second === undefined ? [first] : [first, second];
}

function withBindAddress(ips: readonly IP[], bindAddress: IP | undefined): readonly IP[] {
	if (bindAddress === undefined) return ips;
	return [bindAddress, ...ips.filter((ip) => familyOf(ip) !== familyOf(bindAddress))];
}

function unique(ips: readonly IP[]): readonly IP[] {
	return [...new Set(ips)];
}
