import type { Family } from "../../src/index.ts";
import type { CIDR } from "../../src/net/cidr.ts";
import { parseCIDR } from "../../src/net/cidr.ts";
import type { IP } from "../../src/net/ip.ts";
import type { NodeAddresses } from "../../src/trace/packet.ts";
import type { LabNetwork } from "./trace-lab.ts";
import { labNetwork } from "./trace-network.ts";

/** Addresses of a network in which everybody can answer. */
export const WIRED = {
	ipv4: {
		node: "192.0.2.1",
		second: "10.7.7.21",
		gateway: "10.244.0.1",
		pods: ["10.244.0.11", "10.244.0.12"],
		router: "10.7.7.22",
		remotePod: "10.244.2.9",
		remotePods: "10.244.2.0/24",
		neighbour: "192.0.2.77",
		client: "198.18.0.77",
		loopback: "127.0.0.1",
		anywhere: "0.0.0.0/0",
		lengths: [24, 32],
	},
	ipv6: {
		node: "2001:db8::1",
		second: "2001:db8:7::21",
		gateway: "fd00:10:244::1",
		pods: ["fd00:10:244::11", "fd00:10:244::12"],
		router: "2001:db8:7::22",
		remotePod: "fd00:10:244:2::9",
		remotePods: "fd00:10:244:2::/64",
		neighbour: "2001:db8::77",
		client: "2001:db8:ffff::77",
		loopback: "::1",
		anywhere: "::/0",
		lengths: [64, 128],
	},
} as const;

/** A node with two pods, a router to a pod on another node behind a second card, and clients outside. */
export function wiredNetwork(family: Family): LabNetwork {
	const at = WIRED[family];
	const [wide, host] = at.lengths;
	const address = (ip: string, length: number, device: string): string =>
		`address add ${ip}/${length} dev ${device}${family === "ipv6" ? " nodad" : ""}`;
	const route = (to: string, via: string, device: string): string => `route add ${to} via ${via} dev ${device} onlink`;
	const bare = { pods: { name: "pod", isBridge: false, hasAddress: false }, hasSecondCard: false };
	const sysctls = labNetwork(bare, { family, routesLocalnet: false, onBridge: [] }).spaces["node"]?.sysctls ?? {};
	const pods = at.pods.map((ip, index) => ({ ip, name: `pod${index + 1}` }));
	return {
		links: { eth0: "outside", eth1: "remote", ...Object.fromEntries(pods.map(({ name }) => [name, name])) },
		spaces: {
			node: {
				sysctls,
				commands: [
					...["eth0", "eth1", ...pods.map(({ name }) => name)].map((name) => `link set ${name} up`),
					address(at.node, wide, "eth0"),
					address(at.second, wide, "eth1"),
					route(at.anywhere, at.neighbour, "eth0"),
					route(at.remotePods, at.router, "eth1"),
					...pods.flatMap(({ ip, name }) => [address(at.gateway, host, name), `route add ${ip}/${host} dev ${name}`]),
				],
			},
			outside: {
				sysctls,
				commands: [
					"link set peer-eth0 up",
					address(at.neighbour, wide, "peer-eth0"),
					address(at.client, host, "peer-eth0"),
					route(at.anywhere, at.node, "peer-eth0"),
				],
			},
			remote: {
				sysctls,
				commands: [
					"link set peer-eth1 up",
					address(at.router, wide, "peer-eth1"),
					address(at.remotePod, host, "peer-eth1"),
					route(at.anywhere, at.second, "peer-eth1"),
				],
			},
			...Object.fromEntries(
				pods.map(({ ip, name }) => [
					name,
					{
						sysctls,
						commands: [
							`link set peer-${name} up`,
							address(ip, host, `peer-${name}`),
							route(at.anywhere, at.gateway, `peer-${name}`),
						],
					},
				]),
			),
		},
	};
}

/** What trace is told of that node. */
export function wiredNode(family: Family): NodeAddresses {
	const at = WIRED[family];
	const behind = (text: string): CIDR => {
		const network = parseCIDR(text);
		if (network === undefined) throw new Error(text);
		return network;
	};
	const [wide, host] = at.lengths;
	return {
		ips: [at.node as IP],
		interfaces: [
			{ name: "eth1", ip: at.second as IP, network: behind(`${at.second}/${wide}`) },
			{ name: "eth1", ip: at.second as IP, network: behind(at.remotePods) },
			...at.pods.map((ip, index) => ({
				name: `pod${index + 1}`,
				ip: at.gateway as IP,
				network: behind(`${ip}/${host}`),
			})),
		],
	};
}
