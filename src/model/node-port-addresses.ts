import { BEHAVIOURS, type KubeVersion } from "../config/kube-version.ts";
import type { NodePortCIDR, ProxyConfig } from "../config/proxy-config.ts";
import { contains, hostCIDR, parseCIDR, printCIDR } from "../net/cidr.ts";
import { type Family, type IP, isLoopback, parseIP } from "../net/ip.ts";
import { interfaceIPsIn, type LocalNode, nodeIP } from "./local-node.ts";
import type { NodePortAddresses } from "./model.ts";

/** Where node ports answer, and whether that includes 127.0.0.1. */
export interface NodePortScope {
	readonly addresses: NodePortAddresses;
	readonly containsLoopback: boolean;
}

const ALL: Readonly<Record<Family, string>> = { ipv4: "0.0.0.0/0", ipv6: "::/0" };

/**
 * Resolves `nodePortAddresses` for a family. Networks of the other family only mean all addresses, and so does
 * `primary` on a node that has no address of the family.
 *
 * Source: spec section 5.5; cases 78 to 81.
 */
export function resolveNodePortAddresses(
	config: ProxyConfig,
	node: LocalNode,
	family: Family,
	kubeVersion: KubeVersion,
): NodePortScope {
	const given = configuredCIDRs(config, node).filter(({ cidr }) => cidr.family === family);
	const cidrs = given.length > 0 ? given : allOf(family);
	let containsLoopback = false;
	for (const entry of cidrs) {
		containsLoopback ||= touchesLoopback(entry);
		if (meansAll(entry, kubeVersion)) return { addresses: { kind: "all" }, containsLoopback };
	}
	const ips = cidrs.flatMap(({ cidr }) => interfaceIPsIn(node, cidr));
	return { addresses: { kind: "some", ips: [...new Set(ips)] }, containsLoopback };
}

function configuredCIDRs(config: ProxyConfig, node: LocalNode): readonly NodePortCIDR[] {
	if (config.nodePortAddresses !== "primary") return config.nodePortAddresses;
	const ips = [nodeIP(node, "ipv4"), nodeIP(node, "ipv6")].filter(
		(ip): ip is IP => ip !== undefined && !isLoopback(ip),
	);
	return ips.map((ip) => ({ cidr: hostCIDR(ip), text: printCIDR(hostCIDR(ip)) }));
}

function allOf(family: Family): readonly NodePortCIDR[] {
	const cidr = parseCIDR(ALL[family]);
	return cidr === undefined ? [] : [{ cidr, text: ALL[family] }];
}

function touchesLoopback({ cidr }: NodePortCIDR): boolean {
	const start = parseIP("127.0.0.0");
	return cidr.family === "ipv4" && (isLoopback(cidr.network) || (start !== undefined && contains(cidr, start)));
}

function meansAll({ cidr, text }: NodePortCIDR, kubeVersion: KubeVersion): boolean {
	return BEHAVIOURS[kubeVersion].anyZeroPrefixMeansAll ? cidr.prefixLength === 0 : text === ALL[cidr.family];
}
