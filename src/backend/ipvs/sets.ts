import { LONGEST_SET_NAME } from "../../lang/ipset/set.ts";
import type { Family } from "../../net/ip.ts";

/** The sets of the IPVS mode, in the order of creation: IPv4 name, type, and the comment of rules that use the set. */
export const SETS = {
	loopBack: set(
		"KUBE-LOOP-BACK",
		"hash:ip,port,ip",
		"Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose",
	),
	clusterIP: set("KUBE-CLUSTER-IP", "hash:ip,port", "Kubernetes service cluster ip + port for masquerade purpose"),
	externalIP: set(
		"KUBE-EXTERNAL-IP",
		"hash:ip,port",
		"Kubernetes service external ip + port for masquerade and filter purpose",
	),
	externalIPLocal: set(
		"KUBE-EXTERNAL-IP-LOCAL",
		"hash:ip,port",
		"Kubernetes service external ip + port with externalTrafficPolicy=local",
	),
	loadBalancer: set("KUBE-LOAD-BALANCER", "hash:ip,port", "Kubernetes service lb portal"),
	loadBalancerFirewall: set(
		"KUBE-LOAD-BALANCER-FW",
		"hash:ip,port",
		"Kubernetes service load balancer ip + port for load balancer with sourceRange",
	),
	loadBalancerLocal: set(
		"KUBE-LOAD-BALANCER-LOCAL",
		"hash:ip,port",
		"Kubernetes service load balancer ip + port with externalTrafficPolicy=local",
	),
	sourceIP: set(
		"KUBE-LOAD-BALANCER-SOURCE-IP",
		"hash:ip,port,ip",
		"Kubernetes service load balancer ip + port + source IP for packet filter purpose",
	),
	sourceCIDR: set(
		"KUBE-LOAD-BALANCER-SOURCE-CIDR",
		"hash:ip,port,net",
		"Kubernetes service load balancer ip + port + source cidr for packet filter purpose",
	),
	nodePortTCP: set("KUBE-NODE-PORT-TCP", "bitmap:port", "Kubernetes nodeport TCP port for masquerade purpose"),
	nodePortLocalTCP: set(
		"KUBE-NODE-PORT-LOCAL-TCP",
		"bitmap:port",
		"Kubernetes nodeport TCP port with externalTrafficPolicy=local",
	),
	nodePortUDP: set("KUBE-NODE-PORT-UDP", "bitmap:port", "Kubernetes nodeport UDP port for masquerade purpose"),
	nodePortLocalUDP: set(
		"KUBE-NODE-PORT-LOCAL-UDP",
		"bitmap:port",
		"Kubernetes nodeport UDP port with externalTrafficPolicy=local",
	),
	nodePortSCTP: set(
		"KUBE-NODE-PORT-SCTP-HASH",
		"hash:ip,port",
		"Kubernetes nodeport SCTP port for masquerade purpose with type 'hash ip:port'",
	),
	nodePortLocalSCTP: set(
		"KUBE-NODE-PORT-LOCAL-SCTP-HASH",
		"hash:ip,port",
		"Kubernetes nodeport SCTP port with externalTrafficPolicy=local with type 'hash ip:port'",
	),
	healthCheckNodePort: set("KUBE-HEALTH-CHECK-NODE-PORT", "bitmap:port", "Kubernetes health check node port"),
	ipvsIPs: set("KUBE-IPVS-IPS", "hash:ip", "Addresses on the ipvs interface"),
} as const;

/** One of the sets. */
export type SetKey = keyof typeof SETS;

/**
 * The name of a set in a family. IPv6 names get a 6 and are cut to what the kernel has room for, which costs two of
 * them their last letter.
 *
 * Source: IPVS spec, section 5.1.
 */
export function setName(key: SetKey, family: Family): string {
	const { name } = SETS[key];
	return family === "ipv4" ? name : name.replace("KUBE-", "KUBE-6-").slice(0, LONGEST_SET_NAME);
}

function set<Type extends string>(name: string, type: Type, comment: string) {
	return { name, type, comment };
}
