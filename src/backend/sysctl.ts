import type { ProxyConfig } from "../config/proxy-config.ts";

/** A kernel setting. */
export interface Sysctl {
	/** `net.ipv4.ip_forward`. */
	readonly name: string;
	readonly value: number;
}

/** The settings that every mode writes when they are configured. Source: iptables spec, section 9.4. */
export function conntrackSysctls({ tcpBeLiberal }: ProxyConfig): readonly Sysctl[] {
	return tcpBeLiberal ? [{ name: "net.netfilter.nf_conntrack_tcp_be_liberal", value: 1 }] : [];
}
