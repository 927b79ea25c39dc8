import type { CIDR } from "../net/cidr.ts";
import type { IP } from "../net/ip.ts";
import type { Protocol } from "../net/protocol.ts";
import type { TrafficPolicy } from "../snapshot/snapshot.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Selection } from "./select-endpoints.ts";

/** One port of one Service in one family: the unit of work. */
export interface ServicePort {
	readonly namespace: string;
	readonly service: string;
	/** Empty for an unnamed port. */
	readonly portName: string;
	/** `namespace/service:portName`, without the colon for an unnamed port. */
	readonly name: string;
	readonly protocol: Protocol;
	readonly port: number;
	readonly clusterIP: IP;
	/** Of this family, in the order of the Service, duplicates included. */
	readonly externalIPs: readonly IP[];
	/** Of this family and served by the node (`ipMode` VIP), in the order of the status. */
	readonly loadBalancerIPs: readonly IP[];
	/** Who may use the load-balancer IPs; empty: everybody. */
	readonly sourceRanges: readonly CIDR[];
	/** The node's own address lies in one of the source ranges. */
	readonly isNodeInSourceRanges: boolean;
	/** 0: none. */
	readonly nodePort: number;
	/** 0: none. */
	readonly healthCheckNodePort: number;
	/** 1-86400; undefined without ClientIP affinity. */
	readonly affinitySeconds: number | undefined;
	/** Traffic to the cluster IP. */
	readonly internal: Traffic;
	/** Traffic to external IPs, load-balancer IPs and the node port. */
	readonly external: Traffic;
	/** It has external IPs, load-balancer IPs or a node port, or would have if a feature gate were on. */
	readonly isExternallyAccessible: boolean;
	/** Every endpoint, whatever its condition, sorted by address (bytewise). */
	readonly endpoints: readonly Endpoint[];
	readonly selection: Selection;
	/** Parts of slices that could not serve this port, and why; endpoints that were looked at are in `selection`. */
	readonly excludedSlices: readonly ExcludedSlice[];
	/** Endpoints of a slice for which another copy of the same address was used. */
	readonly duplicates: readonly Endpoint[];
}

/** What becomes of one direction of traffic. */
export interface Traffic {
	readonly policy: TrafficPolicy;
	/** In the order of `Selection`; empty: see `whenEmpty`. */
	readonly endpoints: readonly Endpoint[];
	/** `reject`: no endpoint anywhere. `drop`: endpoints elsewhere, but the policy allows only local ones. */
	readonly whenEmpty: "reject" | "drop";
}

/** A slice of the Service none of whose endpoints were considered for this port. */
export interface ExcludedSlice {
	readonly slice: string;
	readonly reason: "other-address-type" | "no-such-port" | "port-without-number";
	/** How many endpoints it holds. */
	readonly endpoints: number;
}

/** Whether traffic from outside is accepted on the load-balancer IPs from some sources only, and there is somebody to serve it. */
export function hasFirewall(port: ServicePort): boolean {
	return port.selection.hasEndpoints && port.loadBalancerIPs.length > 0 && port.sourceRanges.length > 0;
}

/** Whether a service port gets an external chain: also when policy Local leaves it nothing but short circuits. */
export function hasExternalChain({ selection, isExternallyAccessible }: ServicePort): boolean {
	return selection.hasEndpoints && isExternallyAccessible;
}
