import type { KubeVersion } from "../config/kube-version.ts";
import type { ProxyConfig } from "../config/proxy-config.ts";
import type { CIDR } from "../net/cidr.ts";
import type { Family, IP } from "../net/ip.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { BuiltService, ExcludedService } from "./built-service.ts";
import type { LocalNode } from "./local-node.ts";
import type { ServicePort } from "./service-port.ts";

/**
 * What should be reachable from one node in one IP family, and how: everything is decided and sorted. A backend only
 * arranges it as rules.
 */
export interface Model {
	readonly family: Family;
	readonly kubeVersion: KubeVersion;
	readonly node: LocalNode;
	readonly config: ProxyConfig;
	/** What it was built from. */
	readonly snapshot: Snapshot;
	/** By `namespace/name` (bytewise): what the next two lists are put together from. */
	readonly services: readonly BuiltService[];
	/** By `namespace/name`, then in the order of the ports in the Service. */
	readonly servicePorts: readonly ServicePort[];
	/** Services that give no rules here, and why. By `namespace/name`. */
	readonly excludedServices: readonly ExcludedService[];
	/** How traffic of this node's pods is recognised; undefined: it cannot be told apart in this family. */
	readonly localTraffic: LocalTraffic | undefined;
	readonly nodePortAddresses: NodePortAddresses;
	/** Node ports answer on 127.0.0.1 as well. Always false for IPv6. */
	readonly localhostNodePorts: boolean;
	/** Networks that cluster IPs are taken from, as their objects spell them, each text once; empty: nobody asks for them, or there are none. */
	readonly serviceCIDRs: readonly string[];
	/** Rules may refer to nfacct counters. */
	readonly nfacctCounters: boolean;
	/**
	 * Endpoints of all service ports together, whatever their condition; one endpoint of two service ports counts
	 * twice. From 1001 on kube-proxy spares comments.
	 */
	readonly endpointCount: number;
}

/** How traffic of this node's pods is recognised: by source address, or by the interface it comes in through. */
export type LocalTraffic =
	| { readonly kind: "source"; readonly cidr: CIDR }
	/** `isPrefix`: every interface whose name begins so. */
	| { readonly kind: "interface"; readonly name: string; readonly isPrefix: boolean };

/** On which of the node's addresses node ports answer. */
export type NodePortAddresses =
	| { readonly kind: "all" }
	/** In the order kube-proxy collects them, without duplicates. */
	| { readonly kind: "some"; readonly ips: readonly IP[] };
