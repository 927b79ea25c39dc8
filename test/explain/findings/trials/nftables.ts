import { endpoint, ingress, type Manifest, NODES, node, service, slice, type Trial } from "../cluster.ts";

const MODE = { mode: "nftables" };
const WITH_PORT = { type: "NodePort", ports: [{ name: "http", port: 80, nodePort: 30080 }] };
const HERE = slice([endpoint("10.244.1.1")]);
const OLD = service("old", { clusterIP: "10.96.0.30" });
const OLD_SLICE = slice([endpoint("10.96.0.20", "")], { name: "old-1", service: "old" });

function withExternal(spec: Manifest): readonly Manifest[] {
	const ranges = {
		type: "LoadBalancer",
		loadBalancerSourceRanges: ["198.51.100.0/24", "192.0.2.0/24", "10.244.0.0/16"],
	};
	return [...NODES, service("web", { ...ranges, ...spec }, ingress("203.0.113.9")), HERE];
}

/** Findings that are another matter in the nftables mode. */
export const NFTABLES_TRIALS: readonly Trial[] = [
	{
		title: "the primary addresses only, by default",
		code: "NODE_PORT_ADDRESSES",
		present: { objects: [...NODES, service("web", WITH_PORT), HERE], config: MODE },
		absent: { objects: [...NODES, service("web", WITH_PORT), HERE] },
		found: [
			[
				"info",
				undefined,
				"Node ports answer on 192.0.2.1 of node n1 (nodePortAddresses is primary, the default of the nftables mode), never on 127.0.0.1.",
			],
		],
	},
	{
		title: "all addresses, if asked so",
		code: "NODE_PORT_ADDRESSES",
		present: {
			objects: [...NODES, service("web", WITH_PORT), HERE],
			config: { ...MODE, nodePortAddresses: ["0.0.0.0/0"] },
		},
		absent: { objects: [...NODES, service(), HERE], config: MODE },
		found: [["info", undefined, "Node ports answer on 192.0.2.1 of node n1, never on 127.0.0.1."]],
	},
	{
		title: "no address that the configuration names",
		code: "NODE_PORT_NOWHERE",
		present: {
			objects: [...NODES, service("web", WITH_PORT), HERE],
			config: { ...MODE, nodePortAddresses: ["127.0.0.0/8"] },
			families: ["ipv4"],
		},
		absent: { objects: [...NODES, service("web", WITH_PORT), HERE], config: MODE },
		found: [
			[
				"warning",
				"shop/web:http",
				"Expected node port 30080 of shop/web:http to answer on an address of node n1 (192.0.2.1), found that nodePortAddresses (127.0.0.0/8) has none of them: it answers on no address. Add a network, or name further addresses (--interface).",
			],
		],
	},
	{
		title: "ranges hold for an external IP too",
		code: "SOURCE_RANGES_BYPASSED",
		present: { objects: withExternal({ externalIPs: ["203.0.113.9"] }) },
		absent: { objects: withExternal({ externalIPs: ["203.0.113.9"] }), config: MODE },
		found: [
			[
				"warning",
				"shop/web:http",
				"Expected source ranges of shop/web:http to guard 203.0.113.9, found the same address in spec.externalIPs: everybody is let in, because ranges do not hold for external IPs. Remove it from externalIPs.",
			],
		],
	},
	{
		title: "refused by the check of cluster IPs",
		code: "ENDPOINT_IS_CLUSTER_IP",
		present: { objects: [node("n1"), service(), HERE, OLD, OLD_SLICE], config: MODE },
		absent: { objects: [node("n1"), service(), HERE], config: MODE },
		found: [
			[
				"error",
				"shop/old:http",
				"Expected endpoints of shop/old:http to be pods or hosts, found 10.96.0.20:8080, the cluster IP of shop/web: a packet is translated only once, so its connections are refused. Put the addresses of that Service's endpoints into the slice.",
			],
		],
	},
];
