import type { KubeObject } from "./objects.ts";

/** How many of each a cluster has. */
export interface Many {
	readonly services: number;
	/** At least as many as Services; the rest belong to them in turn. */
	readonly slices: number;
	/** The third octet block of pods begins here, so that clusters can differ: 0 to 63. */
	readonly generation?: number;
}

/** A node and Services with endpoints, each with an address of its own: as many pages as wanted. */
export function* manyServices({ services, slices, generation = 0 }: Many): Generator<KubeObject> {
	yield {
		apiVersion: "v1",
		kind: "Node",
		metadata: { name: "worker-1" },
		spec: { podCIDRs: ["10.128.0.0/24"] },
		status: { addresses: [{ type: "InternalIP", address: "192.0.2.11" }] },
	};
	for (let index = 0; index < services; index++) yield service(index);
	for (let index = 0; index < slices; index++) yield slice(index, index % services, generation);
}

function service(index: number): KubeObject {
	const clusterIP = `10.${96 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
	return {
		apiVersion: "v1",
		kind: "Service",
		metadata: {
			name: nameOf(index),
			namespace: namespaceOf(index),
			labels: { tier: index % 2 === 0 ? "even" : "odd" },
		},
		spec: {
			type: "ClusterIP",
			clusterIP,
			clusterIPs: [clusterIP],
			ipFamilies: ["IPv4"],
			ports: [{ name: "http", port: 80, protocol: "TCP", targetPort: 8080 }],
		},
		status: { loadBalancer: {} },
	};
}

function slice(index: number, owner: number, generation: number): KubeObject {
	const address = `10.${128 + generation + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
	return {
		apiVersion: "discovery.k8s.io/v1",
		kind: "EndpointSlice",
		metadata: {
			name: `${nameOf(owner)}-${String(index).padStart(6, "0")}`,
			namespace: namespaceOf(owner),
			labels: { "kubernetes.io/service-name": nameOf(owner) },
		},
		addressType: "IPv4",
		ports: [{ name: "http", port: 8080, protocol: "TCP" }],
		endpoints: [
			{
				addresses: [address],
				conditions: { ready: true, serving: true, terminating: false },
				nodeName: "worker-1",
				targetRef: { kind: "Pod", name: `pod-${index}`, namespace: namespaceOf(owner) },
			},
		],
	};
}

function nameOf(index: number): string {
	return `svc-${String(index).padStart(5, "0")}`;
}

function namespaceOf(index: number): string {
	return `team-${String(index % 50).padStart(2, "0")}`;
}
