import type { ServicePort } from "../model/service-port.ts";
import { familyOf, type IP } from "../net/ip.ts";
import type { Node, Service } from "../snapshot/snapshot.ts";
import type { PortInFamily } from "./endpoint-rows.ts";

/** What a balancer outside the cluster has to do with a Service of type LoadBalancer. */
export interface LoadBalancer {
	/** Where its own address is served. `Proxy`: the nodes do not know it, and see the balancer as the client. */
	readonly addresses: readonly { readonly ip: IP; readonly ipMode: "VIP" | "Proxy" }[];
	/** 0: none, since the policy is not Local. */
	readonly healthCheckNodePort: number;
	/** Node ports of nodes in the snapshot; empty without node ports. By node, then service port. */
	readonly members: readonly PoolMember[];
}

/** One target of the balancer. */
export interface PoolMember {
	readonly node: string;
	readonly servicePort: string;
	/** The node's first address of the family. */
	readonly address: IP;
	/** The node port. */
	readonly port: number;
	/** Endpoints on the node that are ready, each address once: what the health check counts. */
	readonly localEndpoints: number;
	/** `node`: it passes while the node's kube-proxy answers. `yes`, `no`: the health check asks for local endpoints. */
	readonly passes: "yes" | "no" | "node";
}

/** The balancer's side of a Service; undefined unless its type is LoadBalancer. Source: spec section 9.7. */
export function loadBalancerOf(
	service: Service,
	ports: readonly PortInFamily[],
	nodes: readonly Node[],
): LoadBalancer | undefined {
	if (service.type !== "LoadBalancer") return undefined;
	const healthCheckNodePort = Math.max(0, ...ports.map(({ port }) => port.healthCheckNodePort));
	const counts = localCounts(ports);
	const members = nodes.flatMap((node) =>
		ports.flatMap(({ port, node: { model } }): readonly PoolMember[] => {
			const address = node.addresses.find((candidate) => familyOf(candidate) === model.family);
			if (port.nodePort === 0 || address === undefined) return [];
			const localEndpoints = counts.get(`${model.family} ${node.name}`)?.size ?? 0;
			const target = { node: node.name, servicePort: port.name, address, port: port.nodePort };
			return [{ ...target, localEndpoints, passes: passes(port, localEndpoints) }];
		}),
	);
	return { addresses: service.loadBalancerIngress, healthCheckNodePort, members };
}

function passes({ healthCheckNodePort }: ServicePort, localEndpoints: number): PoolMember["passes"] {
	if (healthCheckNodePort === 0) return "node";
	return localEndpoints > 0 ? "yes" : "no";
}

/** Addresses of ready endpoints of all ports together, by family and node. */
function localCounts(ports: readonly PortInFamily[]): ReadonlyMap<string, ReadonlySet<string>> {
	const counts = new Map<string, Set<string>>();
	for (const { port, node } of ports) {
		for (const { isReady, nodeName, canonicalIP } of port.endpoints) {
			if (!isReady || nodeName === undefined) continue;
			const key = `${node.model.family} ${nodeName}`;
			const known = counts.get(key) ?? new Set();
			counts.set(key, known.add(canonicalIP));
		}
	}
	return counts;
}
