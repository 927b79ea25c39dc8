import { endpoint, ingress, type Manifest, NODES, service, slice, type Trial } from "../cluster.ts";

const LOCAL = { type: "LoadBalancer", externalTrafficPolicy: "Local", healthCheckNodePort: 32000 };

const LOCAL_NODE_PORT = {
	type: "NodePort",
	externalTrafficPolicy: "Local",
	ports: [{ name: "http", port: 80, nodePort: 30080 }],
};

const HERE = slice([endpoint("10.244.1.1"), endpoint("10.244.2.1", "n2")]);

const AWAY = slice([endpoint("10.244.2.1", "n2"), endpoint("10.244.3.1", "n3")]);

function lb(spec: Manifest): Manifest {
	return service("web", spec, ingress("203.0.113.10"));
}

const ON_STRANGE = slice([endpoint("10.244.1.1"), endpoint("10.244.9.1", "n9")]);

/** Findings about traffic policies. */
export const POLICIES_TRIALS: readonly Trial[] = [
	{
		title: "external traffic is dropped",
		code: "LOCAL_POLICY_NO_ENDPOINT",
		present: { objects: [...NODES, service("web", LOCAL_NODE_PORT), AWAY] },
		absent: { objects: [...NODES, service("web", LOCAL_NODE_PORT), HERE] },
		found: [
			[
				"warning",
				"shop/web:http",
				"Expected an endpoint of shop/web:http on node n1 because of externalTrafficPolicy Local, found none: connections from outside to node port 30080 are dropped here. Endpoints that can serve are on n2, n3.",
			],
		],
	},
	{
		title: "the health check says so",
		code: "LOCAL_POLICY_NO_ENDPOINT",
		present: { objects: [...NODES, lb(LOCAL), AWAY] },
		absent: { objects: [...NODES, lb({ ...LOCAL, externalTrafficPolicy: "Cluster" }), AWAY] },
		found: [
			[
				"warning",
				"shop/web:http",
				"Expected an endpoint of shop/web:http on node n1 because of externalTrafficPolicy Local, found none: connections from outside to 203.0.113.10:80 are dropped here; the health check at port 32000 tells balancers not to send any. Endpoints that can serve are on n2, n3.",
			],
		],
	},
	{
		title: "internal traffic is dropped",
		code: "LOCAL_POLICY_NO_ENDPOINT",
		present: {
			objects: [...NODES, service("web", { internalTrafficPolicy: "Local" }), slice([endpoint("10.244.2.1", "")])],
		},
		absent: { objects: [...NODES, service("web", { internalTrafficPolicy: "Local" })] },
		found: [
			[
				"warning",
				"shop/web:http",
				"Expected an endpoint of shop/web:http on node n1 because of internalTrafficPolicy Local, found none: connections from this node to cluster IP 10.96.0.20:80 are dropped. No endpoint that can serve says on which node it is.",
			],
		],
	},
	{
		title: "IPVS mode goes to other nodes",
		code: "LOCAL_POLICY_NO_ENDPOINT",
		present: {
			objects: [...NODES, service("web", { ...LOCAL_NODE_PORT, internalTrafficPolicy: "Local" }), AWAY],
			config: { mode: "ipvs" },
		},
		absent: { objects: [...NODES, service("web", LOCAL_NODE_PORT), HERE], config: { mode: "ipvs" } },
		found: [
			[
				"warning",
				"shop/web:http",
				"Expected an endpoint of shop/web:http on node n1 because of externalTrafficPolicy Local, found none: in IPVS mode connections to node port 30080 go to other nodes without masquerading, and clients outside usually get no answer. Endpoints that can serve are on n2, n3.",
			],
			[
				"warning",
				"shop/web:http",
				"Expected an endpoint of shop/web:http on node n1 because of internalTrafficPolicy Local, found none: in IPVS mode connections to cluster IP 10.96.0.20:80 go to other nodes all the same. Endpoints that can serve are on n2, n3.",
			],
		],
	},
	{
		title: "local nowhere",
		code: "ENDPOINT_WITHOUT_NODE",
		present: {
			objects: [service("web", LOCAL_NODE_PORT), slice([endpoint("10.244.1.1"), endpoint("10.244.2.1", "")])],
		},
		absent: { objects: [service(), slice([endpoint("10.244.1.1"), endpoint("10.244.2.1", "")])] },
		found: [
			[
				"warning",
				"shop/web:http",
				"Expected a nodeName at every endpoint of shop/web:http because of traffic policy Local, found none at 10.244.2.1:8080: it is local on no node. Set nodeName in the slice, or use policy Cluster.",
			],
		],
	},
	{
		title: "local on a node that is not there",
		code: "ENDPOINT_NODE_UNKNOWN",
		present: { objects: [...NODES, service("web", LOCAL_NODE_PORT), ON_STRANGE] },
		absent: { objects: [service("web", LOCAL_NODE_PORT), ON_STRANGE] },
		found: [
			[
				"warning",
				"shop/web:http",
				"Expected nodeName of endpoints of shop/web:http to be that of a Node, found n9 at 10.244.9.1:8080: with traffic policy Local it is local on no Node. Correct nodeName in the slice, or add the Node.",
			],
		],
	},
	{
		title: "a node that is not there, where that does not matter",
		code: "ENDPOINT_NODE_UNKNOWN",
		present: { objects: [...NODES, service(), ON_STRANGE] },
		// Of several such nodes it is rather the snapshot that lacks them.
		absent: {
			objects: [...NODES, service(), slice([endpoint("10.244.9.1", "n9"), endpoint("10.244.8.1", "n8")])],
		},
		found: [
			[
				"info",
				"shop/web:http",
				"Expected nodeName of endpoints of shop/web:http to be that of a Node, found n9 at 10.244.9.1:8080: either the Node is gone, or the name is misspelt, or the Node is missing in the input. Correct nodeName in the slice, or add the Node.",
			],
		],
	},
	{
		title: "Local with nothing to reach from outside",
		code: "EXTERNAL_POLICY_NO_EFFECT",
		present: { objects: [service("web", { externalTrafficPolicy: "Local" }), HERE] },
		absent: { objects: [service("web", LOCAL_NODE_PORT), HERE] },
		found: [
			[
				"info",
				undefined,
				"Service shop/web has externalTrafficPolicy Local, but no node port, load-balancer IP or external IP: the policy has no effect.",
			],
		],
	},
	{
		title: "no clusterCIDR",
		code: "MASQUERADE_OFF",
		present: { objects: [...NODES, service(), HERE], config: { clusterCIDR: "" } },
		absent: { objects: [...NODES, service(), HERE], config: { clusterCIDR: "10.244.0.0/16" } },
		found: [
			[
				"info",
				undefined,
				"Expected clusterCIDR for IPv4, found none: connections from outside the cluster to IPv4 cluster IPs are not masqueraded on node n1, so answers of pods on other nodes miss it and get lost. Set clusterCIDR (--cluster-cidr) if clients outside use cluster IPs.",
			],
		],
	},
	{
		title: "no pod network of the node",
		code: "MASQUERADE_OFF",
		present: { objects: [...NODES, service(), HERE], config: { detectLocalMode: "NodeCIDR" } },
		absent: {
			objects: [...NODES, service(), HERE],
			config: { detectLocalMode: "NodeCIDR", iptables: { masqueradeAll: true } },
		},
		found: [
			[
				"info",
				undefined,
				"Expected podCIDRs of node n1 for IPv4, found none: connections from outside the cluster to IPv4 cluster IPs are not masqueraded on node n1, so answers of pods on other nodes miss it and get lost. Set spec.podCIDRs of the Node if clients outside use cluster IPs.",
			],
		],
	},
	{
		title: "pods count as clients outside",
		code: "SHORT_CIRCUIT_OFF",
		present: { objects: [...NODES, service("web", LOCAL_NODE_PORT), HERE], config: { clusterCIDR: "" } },
		absent: { objects: [...NODES, service("web", LOCAL_NODE_PORT), HERE] },
		found: [
			[
				"info",
				"shop/web:http",
				"Expected pods of node n1 to reach all endpoints of shop/web:http by its external addresses, found that pods cannot be told apart without a pod network: they reach only the 1 on this node. Set clusterCIDR (--cluster-cidr), or let pods use the cluster IP.",
			],
		],
	},
	{
		title: "in both modes",
		code: "AFFINITY",
		present: { objects: [service("web", { sessionAffinity: "ClientIP" }), HERE] },
		absent: { objects: [service(), HERE] },
		found: [
			[
				"info",
				undefined,
				"Service shop/web has affinity ClientIP: a client stays with its endpoint until it has made no new connection for 3 hours (10800 s). Only the address counts, so all clients behind one NAT get the same endpoint.",
			],
		],
	},
];
