import { familyOf, type IP, isLoopback } from "../net/ip.ts";
import type { NodeInFamily } from "./context.ts";

/** Whether the node runs kube-proxy's IPVS mode. */
export function isIpvs({ model }: NodeInFamily): boolean {
	return model.config.mode === "ipvs";
}

/** Whether the node runs kube-proxy's nftables mode. */
export function isNftables({ model }: NodeInFamily): boolean {
	return model.config.mode === "nftables";
}

/**
 * On which of the node's addresses node ports answer, the node's own first, loopback last. Loopback counts in iptables mode only, for
 * IPv4, and if the configuration says so; in IPVS mode link-local addresses count only where `nodePortAddresses` has them.
 *
 * Source: iptables spec, sections 5.5 and 6.8; IPVS spec, section 7; nftables spec, section 5.
 */
export function nodePortIPs(node: NodeInFamily): readonly IP[] {
	const { family, node: local, nodePortAddresses, localhostNodePorts } = node.model;
	const isServed = (ip: IP): boolean =>
		!isLoopback(ip) || (localhostNodePorts && node.model.config.mode === "iptables");
	if (nodePortAddresses.kind === "some") return loopbackLast(nodePortAddresses.ips.filter(isServed));
	const isLeftOut = (ip: IP): boolean => isIpvs(node) && /^fe[89ab]/.test(ip);
	const own = new Set([...local.ips, ...local.interfaceIPs]);
	return loopbackLast([...own].filter((ip) => familyOf(ip) === family && isServed(ip) && !isLeftOut(ip)));
}

function loopbackLast(ips: readonly IP[]): readonly IP[] {
	return [...ips.filter((ip) => !isLoopback(ip)), ...ips.filter(isLoopback)];
}
