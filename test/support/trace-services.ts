import type { Family, IP } from "../../src/net/ip.ts";
import { NODE, type Objects } from "./arbitrary-snapshot.ts";
import type { Variant } from "./kernel-load.ts";
import type { TraceCluster } from "./trace-cluster.ts";

/** Who is where in the hand-made cluster: two pods on the node, one on another. */
export const PLACES = {
	ipv4: {
		client: "198.18.0.77",
		node: "192.0.2.1",
		pod1: "10.244.0.5",
		pod2: "10.244.0.6",
		remote: "10.244.1.9",
		clusterIP: "10.96.0.",
		loadBalancerIP: "203.0.113.",
		externalIP: "198.51.100.",
	},
	ipv6: {
		client: "2001:db8:ffff::77",
		node: "2001:db8::1",
		pod1: "fd00:10:244::5",
		pod2: "fd00:10:244::6",
		remote: "fd00:10:244:1::9",
		clusterIP: "fd00:96::",
		loadBalancerIP: "2001:db8:f::",
		externalIP: "2001:db8:e::",
	},
} as const satisfies Readonly<Record<Family, unknown>>;

/** A Service with port 80 for TCP and UDP, sent to port 8080. */
export interface SmallService {
	readonly name: string;
	/** 1-9: the last part of its cluster IP, load-balancer IP and external IP; its node port is 30080 and this. */
	readonly number: number;
	readonly endpoints: readonly SmallEndpoint[];
	/** `externalTrafficPolicy: Local`. */
	readonly isLocal?: boolean;
	readonly affinitySeconds?: number;
}

/** An endpoint, on the node or not. */
export interface SmallEndpoint {
	readonly ip: string;
	readonly isHere: boolean;
}

/** The frontends of a Service. */
export function frontendsOf({ number }: SmallService, family: Family) {
	const { clusterIP, loadBalancerIP, externalIP } = PLACES[family];
	return {
		clusterIP: `${clusterIP}${number}` as IP,
		loadBalancerIP: `${loadBalancerIP}${number}` as IP,
		externalIP: `${externalIP}${number}` as IP,
		port: 80,
		nodePort: 30080 + number,
	};
}

function smallCluster(services: readonly SmallService[], family: Family): Objects {
	const address = { type: "InternalIP", address: PLACES[family].node };
	const node = { apiVersion: "v1", kind: "Node", metadata: { name: NODE }, status: { addresses: [address] } };
	return [node, ...services.flatMap((one) => [serviceObject(one, family), sliceObject(one, family)])];
}

const PROTOCOLS = ["TCP", "UDP"] as const;

function serviceObject(service: SmallService, family: Family): Record<string, unknown> {
	const { clusterIP, loadBalancerIP, externalIP, port, nodePort } = frontendsOf(service, family);
	const { name, isLocal = false, affinitySeconds } = service;
	const affinity = {
		sessionAffinity: "ClientIP",
		sessionAffinityConfig: { clientIP: { timeoutSeconds: affinitySeconds } },
	};
	return {
		apiVersion: "v1",
		kind: "Service",
		metadata: { name, namespace: "lab" },
		spec: {
			type: "LoadBalancer",
			clusterIP,
			clusterIPs: [clusterIP],
			ipFamilies: [family === "ipv4" ? "IPv4" : "IPv6"],
			externalIPs: [externalIP],
			externalTrafficPolicy: isLocal ? "Local" : "Cluster",
			...(affinitySeconds === undefined ? {} : affinity),
			ports: PROTOCOLS.map((protocol) => ({ name: protocol.toLowerCase(), protocol, port, nodePort })),
		},
		status: { loadBalancer: { ingress: [{ ip: loadBalancerIP }] } },
	};
}

function sliceObject({ name, endpoints }: SmallService, family: Family): Record<string, unknown> {
	return {
		apiVersion: "discovery.k8s.io/v1",
		kind: "EndpointSlice",
		metadata: { name, namespace: "lab", labels: { "kubernetes.io/service-name": name } },
		addressType: family === "ipv4" ? "IPv4" : "IPv6",
		ports: PROTOCOLS.map((protocol) => ({ name: protocol.toLowerCase(), protocol, port: 8080 })),
		endpoints: endpoints.map(({ ip, isHere }) => ({ addresses: [ip], nodeName: isHere ? NODE : "n2" })),
	};
}

/** The node of such a cluster, with pods behind interfaces without addresses. */
export function smallNode(options: {
	readonly services: readonly SmallService[];
	readonly family: Family;
	readonly variant: Variant;
}): TraceCluster {
	const { services, family, variant } = options;
	return {
		objects: smallCluster(services, family),
		config: { clusterCIDR: "10.244.0.0/16,fd00:10:244::/56" },
		family,
		variant,
		kubeVersion: "1.36",
		network: { pods: { name: "veth1", isBridge: false, hasAddress: false }, hasSecondCard: false },
	};
}
