import { endpoint, NODES, node, service, slice, type Trial } from "../cluster.ts";

const HERE = slice([endpoint("10.244.1.1"), endpoint("10.244.2.1", "n2")]);

const NODE_PORT = { type: "NodePort", ports: [{ name: "http", port: 80, nodePort: 30080 }] };

/** Findings about the node. */
export const NODE_TRIALS: readonly Trial[] = [
	{
		title: "no address in the networks",
		code: "NODE_PORT_NOWHERE",
		present: { objects: [...NODES, service("web", NODE_PORT), HERE], config: { nodePortAddresses: ["10.0.0.0/8"] } },
		absent: { objects: [...NODES, service("web", NODE_PORT), HERE], config: { nodePortAddresses: ["192.0.2.0/24"] } },
		found: [
			[
				"warning",
				"shop/web:http",
				"Expected node port 30080 of shop/web:http to answer on an address of node n1 (192.0.2.1), found that nodePortAddresses (10.0.0.0/8) has none of them: it answers on no address. Add a network, or name further addresses (--interface).",
			],
		],
	},
	{
		title: "loopback only",
		code: "NODE_PORT_NOWHERE",
		present: { objects: [...NODES, service("web", NODE_PORT), HERE], config: { nodePortAddresses: ["127.0.0.0/8"] } },
		absent: {
			objects: [...NODES, service("web", NODE_PORT), HERE],
			config: { nodePortAddresses: ["2001:db8::/32"] },
		},
		found: [
			[
				"warning",
				"shop/web:http",
				"Expected node port 30080 of shop/web:http to answer on an address of node n1 (192.0.2.1), found that nodePortAddresses (127.0.0.0/8) has none of them: it answers on 127.0.0.1 only. Add a network, or name further addresses (--interface).",
			],
		],
	},
	{
		title: "not even on loopback in IPVS mode",
		code: "NODE_PORT_NOWHERE",
		present: {
			objects: [...NODES, service("web", NODE_PORT), HERE],
			config: { mode: "ipvs", nodePortAddresses: ["127.0.0.0/8"] },
		},
		absent: { objects: [...NODES, service("web", NODE_PORT), HERE], config: { mode: "ipvs" } },
		found: [
			[
				"warning",
				"shop/web:http",
				"Expected node port 30080 of shop/web:http to answer on an address of node n1 (192.0.2.1), found that nodePortAddresses (127.0.0.0/8) has none of them: it answers on no address. Add a network, or name further addresses (--interface).",
			],
		],
	},
	{
		title: "no address of a family that Services have",
		code: "NODE_WITHOUT_FAMILY",
		present: { objects: [node("n1", "zone-a", ["2001:db8::1"]), service(), HERE] },
		absent: { objects: [node("n1", "zone-a", ["192.0.2.1"]), service(), HERE] },
		found: [
			[
				"warning",
				undefined,
				"Expected node n1 to have an IPv4 address, because there are IPv4 Services (shop/web), found none: node ports do not answer at all in that family. Give the node an IPv4 address, or name it (--node-ip).",
			],
		],
	},
];
