import type { CIDR } from "../net/cidr.ts";
import type { Family, IP } from "../net/ip.ts";
import type { Protocol } from "../net/protocol.ts";
import type { TrafficPolicy } from "../snapshot/snapshot.ts";
import type { Finding } from "./finding.ts";
import type { Frontend } from "./frontends.ts";

/** The node whose rules they are. */
export interface NodeExplanation {
	readonly kind: "node";
	readonly name: string;
	readonly mode: string;
	/** Empty: unknown. */
	readonly zone: string;
	/** Primary first, then further interfaces. */
	readonly addresses: readonly IP[];
	readonly podCIDRs: readonly CIDR[];
	readonly families: readonly NodeFamily[];
	readonly nodePorts: readonly Offer[];
	/** External IPs and load-balancer IPs. */
	readonly externalIPs: readonly Offer[];
	readonly healthChecks: readonly HealthCheck[];
	/** Endpoints that run here; each address once. */
	readonly endpoints: readonly LocalEndpoint[];
	readonly findings: readonly Finding[];
}

/** What is the same for all Services of a family. */
export interface NodeFamily {
	readonly family: Family;
	/** With rules. */
	readonly services: number;
	readonly servicePorts: number;
	/** Services without rules in this family. */
	readonly without: number;
	/** How packets of this node's pods are known, in words. */
	readonly podTraffic: string;
	/** On which addresses node ports answer. */
	readonly nodePortIPs: readonly IP[];
}

/** A frontend that this node offers to clients outside the cluster. */
export interface Offer {
	readonly servicePort: string;
	readonly kind: Frontend["kind"];
	readonly ips: readonly IP[];
	readonly port: number;
	readonly protocol: Protocol;
	readonly policy: TrafficPolicy;
	/** Who may use it; empty: everybody. */
	readonly sourceRanges: readonly string[];
	/** Endpoints that serve clients outside, from this node. */
	readonly endpoints: number;
}

/** A port where balancers ask whether this node has endpoints. */
export interface HealthCheck {
	readonly service: string;
	readonly port: number;
	/** Ready endpoints on this node, each address once. */
	readonly localEndpoints: number;
}

/** An endpoint on this node. */
export interface LocalEndpoint {
	readonly address: IP;
	/** `namespace/name`; undefined: its slice does not say. */
	readonly pod: string | undefined;
	/** Service ports that have it, in use or not. */
	readonly servicePorts: readonly string[];
	/** Some service port uses it. */
	readonly isUsed: boolean;
}
