import type { Endpoint } from "../../src/model/endpoint.ts";
import { type Family, type IP, isLoopback } from "../../src/net/ip.ts";
import { type NodeNetwork, ownIPs } from "./trace-network.ts";

/** Who sends. */
export interface Sender {
	readonly kind: string;
	readonly from: IP;
	/** The node's interface by which the packet arrives; undefined: the node sends it. */
	readonly inInterface: string | undefined;
}

/** Where a packet goes, and from where it might come. */
export interface Surroundings {
	readonly to: IP;
	/** What they send to their own Service may come back to them. */
	readonly endpoints: readonly Endpoint[];
	readonly network: NodeNetwork;
	readonly family: Family;
}

/** Outside: somebody, and two who are in source ranges of generated clusters. */
const PEERS = {
	ipv4: {
		outside: ["198.18.0.77", "192.0.2.77", "203.0.113.77"],
		"a remote pod": ["10.244.2.9"],
		"a pod": ["10.244.0.200"],
		"the second card": ["10.7.7.99"],
	},
	ipv6: {
		outside: ["2001:db8:ffff::77", "2001:db8::77", "fd00:ffff::77"],
		"a remote pod": ["fd00:10:244:2::9"],
		"a pod": ["fd00:10:244::c8"],
		"the second card": ["2001:db8:7::99"],
	},
} as const;

/** Everybody who can send to an address. */
export function sendersOf({ to, endpoints, network, family }: Surroundings): readonly Sender[] {
	const [primary, ...others] = ownIPs(network, family);
	const own = isLoopback(to) ? [LOOPBACK[family]] : others.includes(to) ? [primary, to] : [primary];
	const node = own.map((ip) => ({ kind: "the node", from: ip as IP, inInterface: undefined }));
	// Nothing that comes in from outside gets to ::1, whatever the rules say.
	if (isLoopback(to) && family === "ipv6") return node;
	const { pods, hasSecondCard } = network;
	const peers = PEERS[family];
	const from = (kind: keyof typeof peers, inInterface: string): readonly Sender[] =>
		peers[kind].map((ip) => ({ kind, from: ip as IP, inInterface }));
	return [
		...node,
		...from("outside", "eth0"),
		...from("a remote pod", "eth0"),
		...from("a pod", pods.name),
		...(hasSecondCard ? from("the second card", "eth1") : []),
		...endpoints.flatMap((endpoint) => endpointSender(endpoint, pods.name, primary)),
	];
}

const LOOPBACK = { ipv4: "127.0.0.1", ipv6: "::1" };

/** One on the host's network is the node itself. */
function endpointSender(
	{ canonicalIP: from, isLocal }: Endpoint,
	pods: string,
	node: IP | undefined,
): readonly Sender[] {
	if (from === node) return [];
	return isLocal
		? [{ kind: "an endpoint here", from, inInterface: pods }]
		: [{ kind: "an endpoint elsewhere", from, inInterface: "eth0" }];
}
