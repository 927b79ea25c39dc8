import { parseCIDR } from "../../src/net/cidr.ts";
import type { Family, IP } from "../../src/net/ip.ts";
import type { InterfaceNetwork } from "../../src/trace/packet.ts";
import type { LabNetwork } from "./trace-lab.ts";

/** The interfaces of a generated node; `eth0` is always there, with the node's own addresses and the default routes. */
export interface NodeNetwork {
	/** Where the node's pods are. */
	readonly pods: {
		readonly name: string;
		readonly isBridge: boolean;
		/** Without, there is a route only. */
		readonly hasAddress: boolean;
	};
	/** Another network card, `eth1`. */
	readonly hasSecondCard: boolean;
}

/** The node's primary address, and the others with their networks. */
const ADDRESSES = {
	ipv4: { node: "192.0.2.1", pods: "10.244.0.1/24", second: "10.7.7.21/24", podNetwork: "10.244.0.0/24" },
	ipv6: { node: "2001:db8::1", pods: "fd00:10:244::1/64", second: "2001:db8:7::21/64", podNetwork: "fd00:10:244::/64" },
} as const;

/** The node's own addresses of both families. */
export const NODE_IPS = [ADDRESSES.ipv4.node, ADDRESSES.ipv6.node] as readonly string[] as readonly IP[];

/** The port of the bridge, where there is one. */
const BRIDGE_PORT = "port0";

/** All addresses of a family that interfaces of the node have, its primary one first. */
export function ownIPs(network: NodeNetwork, family: Family): readonly IP[] {
	return [ADDRESSES[family].node as IP, ...interfacesOf(network, family).map(({ ip }) => ip)];
}

/** The interfaces besides `eth0` that have an address of a family. */
export function interfacesOf({ pods, hasSecondCard }: NodeNetwork, family: Family): readonly InterfaceNetwork[] {
	const { pods: podAddress, second } = ADDRESSES[family];
	return [
		...(hasSecondCard ? [interfaceOf("eth1", second)] : []),
		...(pods.hasAddress ? [interfaceOf(pods.name, podAddress)] : []),
	];
}

function interfaceOf(name: string, text: string): InterfaceNetwork {
	const network = parseCIDR(text);
	if (network === undefined) throw new Error(text);
	return { name, ip: text.split("/")[0] as IP, network };
}

/** The link through which packets get to an interface. */
export function linkTo({ pods }: NodeNetwork, name: string): string {
	return pods.isBridge && name === pods.name ? BRIDGE_PORT : name;
}

/**
 * The node with interfaces to a space where nobody answers. Who is behind them needs no address; on a bridge the node
 * has to know who is there.
 */
export function labNetwork(
	network: NodeNetwork,
	options: { readonly family: Family; readonly routesLocalnet: boolean; readonly onBridge: readonly IP[] },
): LabNetwork {
	const { pods, hasSecondCard } = network;
	const { node, second } = ADDRESSES[options.family];
	const own = { ipv4: "192.0.2.1/24", ipv6: "2001:db8::1/64" }[options.family];
	const cards = ["eth0", ...(hasSecondCard ? ["eth1"] : [])];
	const links = [...cards, linkTo(network, pods.name)];
	const anywhere = node.includes(":") ? "::/0" : "0.0.0.0/0";
	return {
		links: Object.fromEntries(links.map((name) => [name, "world"])),
		spaces: {
			node: {
				sysctls: { ...NODE_SYSCTLS, ...(options.routesLocalnet ? { "net/ipv4/conf/all/route_localnet": "1" } : {}) },
				commands: [
					...cards.map((name) => `link set ${name} arp off up`),
					address(own, "eth0"),
					`route add ${anywhere} dev eth0`,
					...(hasSecondCard ? [address(second, "eth1")] : []),
					...(pods.isBridge ? bridgeCommands(pods.name, options.onBridge) : [`link set ${pods.name} arp off up`]),
					...podCommands(network, options.family),
				],
			},
			world: { sysctls: {}, commands: links.map((name) => `link set peer-${name} up`) },
		},
	};
}

/** What the recorder's node and a router have in common; kube-proxy sets route_localnet when it needs it. */
export const NODE_SYSCTLS: Readonly<Record<string, string>> = {
	"net/ipv4/ip_forward": "1",
	"net/ipv4/conf/all/rp_filter": "0",
	"net/ipv4/conf/default/rp_filter": "0",
	"net/ipv4/conf/all/accept_local": "1",
	"net/ipv4/conf/all/send_redirects": "0",
	"net/ipv4/conf/default/send_redirects": "0",
	"net/ipv4/icmp_ratemask": "0",
	"net/ipv6/conf/all/forwarding": "1",
	"net/ipv6/conf/default/accept_dad": "0",
	"net/ipv6/icmp/ratemask": "2",
	"net/bridge/bridge-nf-call-iptables": "0",
	"net/bridge/bridge-nf-call-ip6tables": "0",
};

function address(text: string, name: string): string {
	return `addr add ${text} dev ${name}${text.includes(":") ? " nodad" : ""}`;
}

function podCommands({ pods }: NodeNetwork, family: Family): readonly string[] {
	const { pods: podAddress, podNetwork } = ADDRESSES[family];
	return [pods.hasAddress ? address(podAddress, pods.name) : `route add ${podNetwork} dev ${pods.name}`];
}

function bridgeCommands(name: string, onBridge: readonly IP[]): readonly string[] {
	return [
		`link add ${name} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
		`link set ${BRIDGE_PORT} master ${name}`,
		`link set ${BRIDGE_PORT} type bridge_slave hairpin on`,
		`link set ${BRIDGE_PORT} up`,
		`link set ${name} up`,
		...onBridge.map((ip) => `neigh replace ${ip} lladdr 02:00:00:00:00:02 dev ${name}`),
	];
}
