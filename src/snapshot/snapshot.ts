import type { Fields } from "../fields/fields.ts";
import type { CIDR } from "../net/cidr.ts";
import type { IP } from "../net/ip.ts";
import type { Protocol } from "../net/protocol.ts";

/** The state of a cluster as far as rules depend on it: checked, typed, in the order of the input. */
export interface Snapshot {
	readonly services: readonly Service[];
	readonly endpointSlices: readonly EndpointSlice[];
	readonly nodes: readonly Node[];
	readonly serviceCIDRs: readonly ServiceCIDR[];
}

/** A Service (v1). Field names and meanings are the API's. */
export interface Service {
	readonly namespace: string;
	readonly name: string;
	/** Unchecked: values should be texts. */
	readonly labels: Fields;
	/** Label `service.kubernetes.io/headless` exists. */
	readonly isLabelledHeadless: boolean;
	/** Label `service.kubernetes.io/service-proxy-name` exists: another proxy's business. */
	readonly hasProxyName: boolean;
	/** Annotation `topology-aware-hints`, else `topology-mode`; read by 1.30 only. */
	readonly topologyAnnotation: string | undefined;
	readonly type: "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName";
	/** What DNS says of a Service of type ExternalName, unchecked; empty for other types. */
	readonly externalName: string;
	/** Empty when the Service has none. */
	readonly clusterIP: IP | "None" | "";
	/** Same positions as `ipFamilies`; undefined where the text is empty or `None`. */
	readonly clusterIPs: readonly (IP | undefined)[];
	readonly ipFamilies: readonly ("IPv4" | "IPv6")[];
	readonly ports: readonly ServicePortSpec[];
	/** Seconds, 1-86400; undefined without ClientIP affinity. */
	readonly affinitySeconds: number | undefined;
	/** Both families, in order; unparsable entries are gone. */
	readonly externalIPs: readonly IP[];
	readonly loadBalancerIngress: readonly LoadBalancerIngress[];
	/** Both families, in order, host bits masked. */
	readonly loadBalancerSourceRanges: readonly CIDR[];
	readonly externalTrafficPolicy: TrafficPolicy;
	readonly internalTrafficPolicy: TrafficPolicy;
	/** 0: none. */
	readonly healthCheckNodePort: number;
}

/** Which endpoints may serve: all, or only those on this node. */
export type TrafficPolicy = "Cluster" | "Local";

/** One element of `spec.ports`. */
export interface ServicePortSpec {
	/** Empty for an unnamed port. */
	readonly name: string;
	readonly protocol: Protocol;
	readonly port: number;
	/** 0: none. */
	readonly nodePort: number;
}

/** One element of `status.loadBalancer.ingress` that has an address. */
export interface LoadBalancerIngress {
	readonly ip: IP;
	readonly ipMode: "VIP" | "Proxy";
}

/** An EndpointSlice (discovery.k8s.io/v1). */
export interface EndpointSlice {
	readonly namespace: string;
	readonly name: string;
	/** Label `kubernetes.io/service-name`; empty: belongs to no Service. */
	readonly serviceName: string;
	/** Label `service.kubernetes.io/headless` exists. */
	readonly isLabelledHeadless: boolean;
	/** Label `service.kubernetes.io/service-proxy-name` exists. */
	readonly hasProxyName: boolean;
	readonly addressType: "IPv4" | "IPv6" | "FQDN";
	readonly ports: readonly EndpointPort[];
	/** Those with a usable address; none for FQDN. */
	readonly endpoints: readonly SliceEndpoint[];
}

/** One element of a slice's `ports`. */
export interface EndpointPort {
	/** Undefined: no name at all, which is not the same as the empty name. */
	readonly name: string | undefined;
	readonly protocol: Protocol;
	/** Undefined: not set or 0. */
	readonly port: number | undefined;
}

/** One element of a slice's `endpoints`. */
export interface SliceEndpoint {
	/** `addresses[0]`: the only one that counts. */
	readonly ip: IP;
	/** `addresses[0]` as the slice spells it. */
	readonly address: string;
	/** How many further addresses were given; they have no effect. */
	readonly furtherAddresses: number;
	readonly nodeName: string | undefined;
	/** Absent conditions are already what they mean: ready and serving true, terminating false. */
	readonly isReady: boolean;
	readonly isServing: boolean;
	readonly isTerminating: boolean;
	/** Empty: no hint. */
	readonly zoneHints: readonly string[];
	/** Empty: no hint. */
	readonly nodeHints: readonly string[];
	/** `namespace/name` of the Pod behind it; undefined when the slice names none. */
	readonly pod: string | undefined;
}

/** A Node (v1). */
export interface Node {
	readonly name: string;
	/** Label `topology.kubernetes.io/zone`; empty when there is none. */
	readonly zone: string;
	/** `InternalIP` addresses in order, then `ExternalIP` addresses in order. */
	readonly addresses: readonly IP[];
	/** The `InternalIP` addresses alone: those are on interfaces of the node, while an `ExternalIP` may be on a gateway before it. */
	readonly internalIPs: readonly IP[];
	readonly podCIDRs: readonly CIDR[];
}

/** A ServiceCIDR (networking.k8s.io); only the nftables mode looks at it. */
export interface ServiceCIDR {
	readonly name: string;
	/** As written: kube-proxy copies the text. */
	readonly cidrs: readonly string[];
}
