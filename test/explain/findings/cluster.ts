import type { FindingCode } from "../../../src/explain/finding.ts";
import { findingsOf } from "../../../src/explain/findings/findings.ts";
import type { KubeVersion } from "../../../src/index.ts";
import { clusterContext } from "./context.ts";

/** An object as a manifest has it. */
export type Manifest = Readonly<Record<string, unknown>>;

/** A cluster to be looked at from node n1. */
export interface Cluster {
	readonly objects: readonly Manifest[];
	/** Laid over a clusterCIDR of both families. */
	readonly config?: Manifest;
	readonly kubeVersion?: KubeVersion;
	/** Default: both. */
	readonly families?: readonly ("ipv4" | "ipv6")[];
}

/** Something a cluster should be told, and one like it that should not. */
export interface Trial {
	readonly title: string;
	readonly code: FindingCode;
	readonly present: Cluster;
	readonly absent: Cluster;
	/** Severity, service port and message of every finding with that code, in order. */
	readonly found: readonly (readonly [severity: string, servicePort: string | undefined, message: string])[];
}

/** Findings of one code about all Services of a cluster. */
export function foundIn(cluster: Cluster, code: FindingCode): Trial["found"] {
	const context = clusterContext(cluster);
	return findingsOf(context, context.snapshot.services)
		.filter((finding) => finding.code === code)
		.map(({ severity, servicePort, message }) => [severity, servicePort, message]);
}

/** Service `shop/NAME` with cluster IP 10.96.0.20 and port `http`, but for what is given. */
export function service(name = "web", spec: Manifest = {}, more: Manifest = {}): Manifest {
	return {
		apiVersion: "v1",
		kind: "Service",
		metadata: { name, namespace: "shop" },
		spec: { clusterIP: "10.96.0.20", ports: [{ name: "http", port: 80 }], ...spec },
		...more,
	};
}

/** The parts of a Service that make it dual-stack. */
export const DUAL = {
	clusterIP: "10.96.0.20",
	clusterIPs: ["10.96.0.20", "fd00:96::20"],
	ipFamilies: ["IPv4", "IPv6"],
	ipFamilyPolicy: "RequireDualStack",
};

/** A status with load-balancer IPs. */
export function ingress(...ips: readonly string[]): Manifest {
	return { status: { loadBalancer: { ingress: ips.map((ip) => ({ ip })) } } };
}

/** A slice of Service `shop/web` with port `http`, but for what is given. */
export function slice(endpoints: readonly Manifest[], more: Manifest = {}): Manifest {
	const { name = "web-1", service: owner = "web", labels = { "kubernetes.io/service-name": owner }, ...rest } = more;
	return {
		apiVersion: "discovery.k8s.io/v1",
		kind: "EndpointSlice",
		metadata: { name, namespace: "shop", labels },
		addressType: "IPv4",
		ports: [{ name: "http", port: 8080, protocol: "TCP" }],
		endpoints,
		...rest,
	};
}

/** An endpoint on a node; ready unless conditions are given. */
export function endpoint(address: string, nodeName = "n1", more: Manifest = {}): Manifest {
	return { addresses: [address], ...(nodeName === "" ? {} : { nodeName }), ...more };
}

/** Conditions of an endpoint that is being stopped and still serves. */
export const STOPPING = { conditions: { ready: false, serving: true, terminating: true } };

/** Conditions of an endpoint that is not ready. */
export const NOT_READY = { conditions: { ready: false, serving: false, terminating: false } };

/** A Node with an address of each family. */
export function node(
	name: string,
	zone?: string,
	addresses = [`192.0.2.${name.slice(1)}`, `2001:db8::${name.slice(1)}`],
): Manifest {
	return {
		apiVersion: "v1",
		kind: "Node",
		metadata: { name, labels: zone === undefined ? {} : { "topology.kubernetes.io/zone": zone } },
		status: { addresses: addresses.map((address) => ({ type: "InternalIP", address })) },
	};
}

/** Three nodes in two zones. */
export const NODES = [node("n1", "zone-a"), node("n2", "zone-a"), node("n3", "zone-b")];
