import type { Model } from "../../model/model.ts";
import { familyOf, type IP, isLoopback } from "../../net/ip.ts";

/**
 * The node's addresses of the family on interfaces other than `kube-ipvs0`: no loopback, no link-local IPv6.
 *
 * Source: IPVS spec, section 4.
 */
export function nodeAddresses({ node, family }: Model): readonly IP[] {
	return node.interfaceIPs.filter((ip) => familyOf(ip) === family && !isLoopback(ip) && !/^fe[89ab]/.test(ip));
}

/** Where node ports are served: never on loopback. Source: IPVS spec, section 7. */
export function nodePortIPs(model: Model): readonly IP[] {
	const { nodePortAddresses } = model;
	return nodePortAddresses.kind === "all"
		? nodeAddresses(model)
		: nodePortAddresses.ips.filter((ip) => !isLoopback(ip));
}

/**
 * The addresses that the dummy interface `kube-ipvs0` holds: all cluster IPs, and the other addresses of Services
 * unless another interface has them.
 *
 * Source: IPVS spec, section 4.
 */
export function dummyIPs(model: Model): readonly IP[] {
	const elsewhere = new Set(nodeAddresses(model));
	const ips = model.servicePorts.flatMap(({ clusterIP, externalIPs, loadBalancerIPs }) => {
		return [clusterIP, ...[...externalIPs, ...loadBalancerIPs].filter((ip) => !elsewhere.has(ip))];
	});
	return [...new Set(ips)];
}
