import type { NodeState } from "../../src/lang/node-state.ts";
import type { Family } from "../../src/net/ip.ts";
import { modelOf } from "./compile-objects.ts";
import { compiledState } from "./diff-shop.ts";

/** What a test varies about the one Service there is: `shop/web`, a cluster IP with port 80 and some endpoints. */
export interface WebOptions {
	readonly endpoints?: readonly string[];
	readonly spec?: Readonly<Record<string, unknown>>;
	readonly protocol?: "TCP" | "UDP";
	readonly nodePort?: number;
	readonly family?: Family;
	readonly config?: Readonly<Record<string, unknown>>;
	readonly ingress?: string;
}

/** What node n1 should have with `shop/web` on it, or without any Service; endpoints are on n1 when they end in 1, else elsewhere. */
export function webState(options: WebOptions | undefined, family = options?.family ?? "ipv4"): NodeState {
	const { config = {} } = options ?? {};
	const objects = options === undefined ? [] : [service(options), slice(options)];
	const clusterCIDR = family === "ipv4" ? "10.244.0.0/16" : "fd00:10:244::/56";
	return compiledState(modelOf({ objects, family, config: { clusterCIDR, ...config } }));
}

const META = { name: "web", namespace: "shop" };

function service({ spec, protocol = "TCP", nodePort, family = "ipv4", ingress }: WebOptions): Record<string, unknown> {
	const clusterIP = family === "ipv4" ? "10.96.0.20" : "fd00:10:96::20";
	const type = ingress !== undefined ? "LoadBalancer" : nodePort === undefined ? "ClusterIP" : "NodePort";
	const ports = [{ port: 80, targetPort: 8080, protocol, ...(nodePort === undefined ? {} : { nodePort }) }];
	const families = { ipFamilies: [family === "ipv4" ? "IPv4" : "IPv6"], clusterIP, clusterIPs: [clusterIP] };
	return {
		apiVersion: "v1",
		kind: "Service",
		metadata: META,
		spec: { type, ports, ...families, ...spec },
		status: ingress === undefined ? {} : { loadBalancer: { ingress: [{ ip: ingress }] } },
	};
}

function slice({ endpoints = ["10.244.1.1"], protocol = "TCP", family = "ipv4" }: WebOptions): Record<string, unknown> {
	return {
		apiVersion: "discovery.k8s.io/v1",
		kind: "EndpointSlice",
		metadata: { name: "web-1", namespace: "shop", labels: { "kubernetes.io/service-name": "web" } },
		addressType: family === "ipv4" ? "IPv4" : "IPv6",
		ports: [{ name: "", port: 8080, protocol }],
		endpoints: endpoints.map((address) => ({
			addresses: [address],
			nodeName: address.endsWith("1") ? "n1" : "n2",
			conditions: { ready: true, serving: true, terminating: false },
		})),
	};
}
