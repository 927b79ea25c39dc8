import type { CIDR } from "../net/cidr.ts";
import type { IP } from "../net/ip.ts";
import type { FeatureGate } from "./kube-version.ts";

/** How kube-proxy programs the node. */
export type ProxyMode = (typeof PROXY_MODES)[number];

/** Every proxy mode of kube-proxy on Linux. */
export const PROXY_MODES = ["iptables", "ipvs", "nftables"] as const;

/** Everything of a KubeProxyConfiguration that reaches the rules, checked and with defaults filled in. */
export interface ProxyConfig {
	readonly mode: ProxyMode;
	/** A specific address only; undefined for the default `0.0.0.0` and for `::`. */
	readonly bindAddress: IP | undefined;
	/** Trimmed, lower case; empty: none. */
	readonly hostnameOverride: string;
	readonly detectLocal: DetectLocal;
	/** 0-31: the bit of the packet mark that asks for masquerading. */
	readonly masqueradeBit: number;
	/** Masquerade everything that goes to a cluster IP. */
	readonly masqueradeAll: boolean;
	/** Serve node ports on 127.0.0.1 too (iptables, IPv4 only). */
	readonly localhostNodePorts: boolean;
	/** On which of the node's addresses node ports answer: none listed means all. */
	readonly nodePortAddresses: "primary" | readonly NodePortCIDR[];
	/** `nf_conntrack_tcp_be_liberal`: packets that conntrack calls INVALID are then not dropped. */
	readonly tcpBeLiberal: boolean;
	readonly ipvs: IpvsConfig;
	/** Gates set by the configuration; the others are as the version has them. */
	readonly featureGates: Readonly<Partial<Record<FeatureGate, boolean>>>;
}

/** What only the IPVS mode reads. */
export interface IpvsConfig {
	/** How virtual servers spread connections: `rr`, `wrr`, `lc`, `mh` …; kube-proxy does not check the name. */
	readonly scheduler: string;
	/** Answer ARP only for addresses of the interface asked. */
	readonly hasStrictARP: boolean;
	/** Virtual servers in these networks are not kube-proxy's to delete. */
	readonly excludeCIDRs: readonly CIDR[];
	/** Seconds of the kernel's timers; 0: left as they are. */
	readonly tcpTimeoutSeconds: number;
	readonly tcpFinTimeoutSeconds: number;
	readonly udpTimeoutSeconds: number;
}

/** How kube-proxy tells the traffic of this node's pods from other traffic. */
export type DetectLocal =
	| { readonly mode: "ClusterCIDR"; readonly cidrs: readonly CIDR[] }
	| { readonly mode: "NodeCIDR" }
	| { readonly mode: "BridgeInterface"; readonly name: string }
	| { readonly mode: "InterfaceNamePrefix"; readonly prefix: string };

/** An entry of `nodePortAddresses`. */
export interface NodePortCIDR {
	readonly cidr: CIDR;
	/** As written: up to 1.33 only the texts `0.0.0.0/0` and `::/0` mean all addresses. */
	readonly text: string;
}
