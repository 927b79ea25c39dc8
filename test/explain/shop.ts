import {
	type Cluster,
	endpoint,
	ingress,
	type Manifest,
	NODES,
	NOT_READY,
	service,
	slice,
} from "./findings/cluster.ts";

const SPEC = {
	type: "LoadBalancer",
	externalTrafficPolicy: "Local",
	healthCheckNodePort: 32100,
	externalIPs: ["198.51.100.7"],
	ports: [{ name: "http", port: 80, nodePort: 30080 }],
};
const PODS: Manifest = {
	apiVersion: "v1",
	kind: "Node",
	metadata: { name: "n4" },
	spec: { podCIDRs: ["10.244.4.0/24"] },
	status: { addresses: [{ type: "InternalIP", address: "192.0.2.4" }] },
};
const RANGE = {
	apiVersion: "networking.k8s.io/v1",
	kind: "ServiceCIDR",
	metadata: { name: "kubernetes" },
	spec: { cidrs: ["10.96.0.0/16"] },
};
const OTHER: Manifest = {
	...service("dns"),
	spec: {
		clusterIP: "10.96.0.10",
		ports: [
			{ name: "udp", port: 53, protocol: "UDP" },
			{ name: "tcp", port: 53 },
		],
	},
};
/** `shop/web`, which has every kind of frontend, `shop/dns`, which has no endpoint, and a slice of a Service that is not there. */
export const CLUSTER: Cluster = {
	objects: [
		...NODES,
		PODS,
		RANGE,
		service("web", SPEC, ingress("203.0.113.9")),
		OTHER,
		slice([
			endpoint("10.244.1.1", "n1", { targetRef: { kind: "Pod", namespace: "shop", name: "web-a" } }),
			endpoint("10.244.4.1", "n4"),
		]),
		slice([endpoint("10.244.9.9", "")], { name: "lost-1", service: "lost" }),
	],
};

/** `shop/web`, a load balancer with policy Local, source ranges and an endpoint that is not ready. */
export const WEB = [
	...NODES,
	service(
		"web",
		{
			type: "LoadBalancer",
			externalTrafficPolicy: "Local",
			healthCheckNodePort: 32100,
			loadBalancerSourceRanges: ["198.51.100.0/24"],
			ports: [{ name: "http", port: 80, nodePort: 30080 }],
		},
		ingress("203.0.113.9"),
	),
	slice([endpoint("10.244.1.1"), endpoint("10.244.2.1", "n2"), endpoint("10.244.2.2", "n2", NOT_READY)]),
];
