import { endpoint, ingress, type Manifest, NODES, service, slice, type Trial } from "../cluster.ts";

const RANGES = { type: "LoadBalancer", loadBalancerSourceRanges: ["198.51.100.0/24"] };

const OPEN = { type: "LoadBalancer", loadBalancerSourceRanges: ["0.0.0.0/0"] };

const HERE = slice([endpoint("10.244.1.1"), endpoint("10.244.2.1", "n2")]);

function lb(spec: Manifest): Manifest {
	return service("web", spec, ingress("203.0.113.10"));
}

/** Findings about source ranges. */
export const SOURCE_RANGES_TRIALS: readonly Trial[] = [
	{
		title: "and pods",
		code: "SOURCE_RANGES_EXCLUDE_NODE",
		present: { objects: [...NODES, lb(RANGES), HERE] },
		absent: {
			objects: [...NODES, lb({ ...RANGES, loadBalancerSourceRanges: ["192.0.2.0/24", "10.0.0.0/8"] }), HERE],
		},
		found: [
			[
				"info",
				"shop/web:http",
				"Connections of node n1 (192.0.2.1) and of pods (10.244.0.0/16) to 203.0.113.10:80 are dropped: no source range of shop/web:http (198.51.100.0/24) has their address. Use the cluster IP inside the cluster, or add a range.",
			],
		],
	},
	{
		title: "open to everybody",
		code: "SOURCE_RANGES_NODE_PORT",
		present: { objects: [...NODES, lb({ ...RANGES, ports: [{ name: "http", port: 80, nodePort: 30080 }] }), HERE] },
		absent: { objects: [...NODES, lb(RANGES), HERE] },
		found: [
			[
				"info",
				"shop/web:http",
				"Source ranges of shop/web:http guard the load-balancer IPs (203.0.113.10:80) only: node port 30080/tcp is open to everybody. Close it in a firewall, or set allocateLoadBalancerNodePorts: false.",
			],
		],
	},
	{
		title: "ranges of the other family only",
		code: "SOURCE_RANGES_NO_EFFECT",
		present: { objects: [...NODES, lb({ ...RANGES, loadBalancerSourceRanges: ["2001:db8::/32"] }), HERE] },
		absent: { objects: [...NODES, lb(OPEN), HERE] },
		found: [
			[
				"warning",
				"shop/web:http",
				"Expected IPv4 source ranges for 203.0.113.10 of shop/web:http, found only others (2001:db8::/32): everybody is let in. Add IPv4 ranges.",
			],
		],
	},
	{
		title: "no load-balancer IP to guard",
		code: "SOURCE_RANGES_NO_EFFECT",
		present: { objects: [service("web", { ...RANGES, ports: [{ name: "http", port: 80, nodePort: 30080 }] }), HERE] },
		absent: { objects: [service("web", RANGES), HERE] },
		found: [
			[
				"info",
				"shop/web:http",
				"Expected source ranges of shop/web:http to guard a load-balancer IP, found none that nodes serve: this node lets everybody to node port 30080/tcp. The balancer itself has to apply them.",
			],
		],
	},
	{
		title: "ranges of the other family only, and nobody to let in yet",
		code: "SOURCE_RANGES_NO_EFFECT",
		present: { objects: [...NODES, lb({ ...RANGES, loadBalancerSourceRanges: ["2001:db8::/32"] })] },
		absent: { objects: [...NODES, lb(OPEN)] },
		found: [
			[
				"warning",
				"shop/web:http",
				"Expected IPv4 source ranges for 203.0.113.10 of shop/web:http, found only others (2001:db8::/32): everybody is refused now for lack of endpoints, and let in when there are some. Add IPv4 ranges.",
			],
		],
	},
	{
		title: "no load-balancer IP to guard, and nobody to let in yet",
		code: "SOURCE_RANGES_NO_EFFECT",
		present: { objects: [service("web", { ...RANGES, ports: [{ name: "http", port: 80, nodePort: 30080 }] })] },
		absent: { objects: [service("web", RANGES)] },
		found: [
			[
				"info",
				"shop/web:http",
				"Expected source ranges of shop/web:http to guard a load-balancer IP, found none that nodes serve: this node refuses everybody at node port 30080/tcp now, and lets everybody in when there are endpoints. The balancer itself has to apply them.",
			],
		],
	},
	{
		title: "the same address as external IP",
		code: "SOURCE_RANGES_BYPASSED",
		present: { objects: [lb({ ...RANGES, externalIPs: ["203.0.113.10"] }), HERE] },
		absent: { objects: [lb({ ...RANGES, externalIPs: ["203.0.113.10"] }), HERE], config: { mode: "ipvs" } },
		found: [
			[
				"warning",
				"shop/web:http",
				"Expected source ranges of shop/web:http to guard 203.0.113.10, found the same address in spec.externalIPs: everybody is let in, because ranges do not hold for external IPs. Remove it from externalIPs.",
			],
		],
	},
];
