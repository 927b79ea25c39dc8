import type { Family } from "../../src/index.ts";
import { NODE } from "./arbitrary-snapshot.ts";
import { WIRED } from "./ipvs-trace-wired.ts";

/** A Service of the type LoadBalancer with one port, in short. */
export interface WiredService {
	readonly name: string;
	readonly protocol: "TCP" | "UDP" | "SCTP";
	/** Who of the network of `WIRED` is an endpoint; `pods` are both pods of the node. */
	readonly endpoints: readonly ("pods" | "remote" | "node")[];
	/** Fields of its spec beside those that all have. */
	readonly spec?: Readonly<Record<string, unknown>>;
}

/** Where clients find a Service. */
export interface WiredFrontends {
	readonly clusterIP: string;
	readonly externalIP: string;
	readonly loadBalancerIP: string;
	/** Of the three addresses. */
	readonly port: number;
	readonly nodePort: number;
}

/** Where endpoints listen, and health checks of Services are answered. */
export const ENDPOINT_PORT = 8080;

/** The node, and these Services with their EndpointSlices. Which addresses a Service has depends on its place in the list. */
export function wiredObjects(services: readonly WiredService[], family: Family): readonly unknown[] {
	return [nodeObject(family), ...services.flatMap((service, index) => objectsOf(service, index, family))];
}

/** The addresses of the Service at a place in the list. */
export function wiredFrontends(index: number, family: Family): WiredFrontends {
	const at = (v4: string, v6: string): string => `${family === "ipv4" ? v4 : v6}${index + 10}`;
	return {
		clusterIP: at("10.96.0.", "fd00:96::"),
		externalIP: at("198.51.100.", "2001:db8:e::"),
		loadBalancerIP: at("203.0.113.", "2001:db8:f::"),
		port: 80,
		nodePort: 30_000 + index,
	};
}

function nodeObject(family: Family): unknown {
	const addresses = [{ type: "InternalIP", address: WIRED[family].node }];
	return {
		apiVersion: "v1",
		kind: "Node",
		metadata: { name: NODE, resourceVersion: "1" },
		spec: {},
		status: { addresses },
	};
}

function objectsOf(service: WiredService, index: number, family: Family): readonly unknown[] {
	const { name, protocol, endpoints, spec = {} } = service;
	const { clusterIP, externalIP, loadBalancerIP, port, nodePort } = wiredFrontends(index, family);
	const places = {
		pods: WIRED[family].pods.map((address) => ({ addresses: [address], nodeName: NODE })),
		remote: [{ addresses: [WIRED[family].remotePod], nodeName: "n2" }],
		node: [{ addresses: [WIRED[family].node], nodeName: NODE }],
	};
	return [
		{
			apiVersion: "v1",
			kind: "Service",
			metadata: { name, namespace: "shop", resourceVersion: "1" },
			spec: {
				type: "LoadBalancer",
				clusterIP,
				clusterIPs: [clusterIP],
				ipFamilies: [family === "ipv4" ? "IPv4" : "IPv6"],
				externalIPs: [externalIP],
				ports: [{ port, protocol, nodePort }],
				...("externalTrafficPolicy" in spec ? { healthCheckNodePort: 32_000 + index } : {}),
				...spec,
			},
			status: { loadBalancer: { ingress: [{ ip: loadBalancerIP }] } },
		},
		{
			apiVersion: "discovery.k8s.io/v1",
			kind: "EndpointSlice",
			metadata: {
				name: `${name}-1`,
				namespace: "shop",
				resourceVersion: "1",
				labels: { "kubernetes.io/service-name": name },
			},
			addressType: family === "ipv4" ? "IPv4" : "IPv6",
			ports: [{ name: "", port: ENDPOINT_PORT, protocol }],
			endpoints: endpoints.flatMap((place): readonly unknown[] => places[place]),
		},
	];
}
