import { endpoint, ingress, type Manifest, NODES, service, slice, type Trial } from "../cluster.ts";

const WEB = [service(), slice([endpoint("10.244.1.1")])];

/** Another Service, `shop/old`, with an endpoint on n2. */
function old(spec: Manifest): readonly Manifest[] {
	const other = service("old", { clusterIP: "10.96.0.30", ...spec });
	return [other, slice([endpoint("10.244.2.2", "n2")], { name: "old-1", service: "old" })];
}

const BALANCED = [service("web", { type: "LoadBalancer" }, ingress("203.0.113.9")), slice([endpoint("10.244.1.1")])];

const EXTERNAL = [service("web", { externalIPs: ["192.0.2.2"] }), slice([endpoint("10.244.1.1")])];

/** Another Service, `shop/old`, with one endpoint. */
function at(address: string, nodeName: string, port: number): readonly Manifest[] {
	const ports = [{ name: "http", port, protocol: "TCP" }];
	return [
		service("old", { clusterIP: "10.96.0.30" }),
		slice([endpoint(address, nodeName)], { name: "old-1", service: "old", ports }),
	];
}

function trap(found: string): string {
	return `Expected endpoints of shop/old:http to be pods or hosts, found ${found}, an external or load-balancer IP of shop/web: a packet is translated only once, so its connections leave the node for whoever has that address, and get no answer if nobody has. Put the addresses of that Service's endpoints into the slice.`;
}

/** Findings about addresses. */
export const ADDRESSES_TRIALS: readonly Trial[] = [
	{
		title: "of another Service",
		code: "EXTERNAL_IP_IS_CLUSTER_IP",
		present: { objects: [...WEB, ...old({ ports: [{ name: "http", port: 8000 }], externalIPs: ["10.96.0.20"] })] },
		absent: { objects: [...WEB, ...old({ externalIPs: ["198.51.100.1"] })] },
		found: [
			[
				"warning",
				"shop/old:http",
				"Expected 10.96.0.20 of shop/old:http to be an address outside, found the cluster IP of shop/web: port 8000 of that cluster IP now belongs to shop/old. Take another address.",
			],
		],
	},
	{
		title: "an address of any Node",
		code: "EXTERNAL_IP_IS_NODE",
		present: { objects: [...NODES, service("web", { externalIPs: ["192.0.2.2"] }), slice([endpoint("10.244.1.1")])] },
		absent: { objects: [...NODES, service("web", { externalIPs: ["192.0.2.9"] }), slice([endpoint("10.244.1.1")])] },
		found: [
			[
				"info",
				"shop/web:http",
				"192.0.2.2 of shop/web:http is an address of node n2: connections to its port 80/tcp go to the Service, not to a process on that node.",
			],
		],
	},
	{
		title: "translated once only",
		code: "ENDPOINT_IS_CLUSTER_IP",
		present: {
			objects: [
				...WEB,
				service("old", { clusterIP: "10.96.0.30" }),
				slice([endpoint("10.96.0.20", "")], { name: "old-1", service: "old" }),
			],
		},
		absent: { objects: [...WEB, ...old({})] },
		found: [
			[
				"error",
				"shop/old:http",
				"Expected endpoints of shop/old:http to be pods or hosts, found 10.96.0.20:8080, the cluster IP of shop/web: a packet is translated only once, so its connections get no answer. Put the addresses of that Service's endpoints into the slice.",
			],
		],
	},
	{
		title: "the load-balancer IP and port of another Service",
		code: "ENDPOINT_IS_EXTERNAL_IP",
		present: { objects: [...NODES, ...BALANCED, ...at("203.0.113.9", "n1", 80)] },
		// A pod of that node may have the address; on its other ports it is meant.
		absent: { objects: [...NODES, ...BALANCED, ...at("203.0.113.9", "n1", 8080)] },
		found: [["warning", "shop/old:http", trap("203.0.113.9:80")]],
	},
	{
		title: "the load-balancer IP of another Service, which is on no node",
		code: "ENDPOINT_IS_EXTERNAL_IP",
		present: { objects: [...NODES, ...BALANCED, ...at("203.0.113.9", "", 8080)] },
		absent: { objects: [...NODES, ...BALANCED, ...at("203.0.113.10", "", 8080)] },
		found: [["warning", "shop/old:http", trap("203.0.113.9:8080")]],
	},
	{
		title: "the external IP of another Service, which a Node has too",
		code: "ENDPOINT_IS_EXTERNAL_IP",
		present: { objects: [...NODES, ...EXTERNAL, ...at("192.0.2.2", "", 80)] },
		absent: { objects: [...NODES, ...EXTERNAL, ...at("192.0.2.2", "", 8080)] },
		found: [["warning", "shop/old:http", trap("192.0.2.2:80")]],
	},
	{
		title: "an external IP of the same Service is its own business",
		code: "ENDPOINT_IS_EXTERNAL_IP",
		present: { objects: [...NODES, ...EXTERNAL, ...at("192.0.2.2", "n2", 80)] },
		absent: { objects: [...NODES, service("web", { externalIPs: ["192.0.2.2"] }), slice([endpoint("192.0.2.2")])] },
		found: [["warning", "shop/old:http", trap("192.0.2.2:80")]],
	},
	{
		title: "loopback and link-local",
		code: "ENDPOINT_NOT_ROUTABLE",
		present: {
			objects: [service(), slice([endpoint("127.0.0.1"), endpoint("169.254.1.1"), endpoint("10.244.1.1")])],
		},
		absent: { objects: WEB },
		found: [
			[
				"error",
				"shop/web:http",
				"Expected endpoints of shop/web:http to have addresses that can be reached, found 127.0.0.1:8080, 169.254.1.1:8080: loopback, link-local, multicast and unspecified addresses get no connections. Correct the slice.",
			],
		],
	},
	{
		title: "copies that do not agree",
		code: "DUPLICATE_ENDPOINT",
		present: {
			objects: [
				service(),
				slice([endpoint("10.244.1.1")]),
				slice([endpoint("10.244.1.1", "n1", { conditions: { ready: false } })], { name: "web-2" }),
			],
		},
		absent: {
			objects: [service(), slice([endpoint("10.244.1.1")]), slice([endpoint("10.244.1.1")], { name: "web-2" })],
		},
		found: [
			[
				"warning",
				"shop/web:http",
				"Expected one condition for each endpoint of shop/web:http, found two for 10.244.1.1:8080 in slices web-1, web-2: which one a node takes may differ. Correct the slice that is out of date.",
			],
		],
	},
	{
		title: "a family without cluster IP",
		code: "EXTERNAL_IP_FAMILY",
		present: {
			objects: [service("web", { externalIPs: ["198.51.100.1", "2001:db8:e::1"] }), slice([endpoint("10.244.1.1")])],
		},
		absent: {
			objects: [service("web", { externalIPs: ["198.51.100.1", "2001:db8:e::1"] }), slice([endpoint("10.244.1.1")])],
			families: ["ipv4"],
		},
		found: [
			[
				"warning",
				undefined,
				"Expected Service shop/web to have an IPv6 cluster IP because of 2001:db8:e::1, found none: these addresses have no effect. Ask for IPv6 in ipFamilies, or remove them.",
			],
		],
	},
	{
		title: "forbidden by the feature gate",
		code: "EXTERNAL_IPS_OFF",
		present: {
			objects: [service("web", { externalIPs: ["198.51.100.1"] }), slice([endpoint("10.244.1.1")])],
			config: { featureGates: { AllowServiceExternalIPs: false } },
		},
		absent: { objects: [service("web", { externalIPs: ["198.51.100.1"] }), slice([endpoint("10.244.1.1")])] },
		found: [
			[
				"warning",
				undefined,
				"Expected kube-proxy to serve the externalIPs of Service shop/web (198.51.100.1), found feature gate AllowServiceExternalIPs off: they have no effect. Use a load balancer, or switch the gate on.",
			],
		],
	},
];
