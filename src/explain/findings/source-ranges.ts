import { list } from "../../diff/words.ts";
import { nodeIP } from "../../model/local-node.ts";
import { hasFirewall } from "../../model/service-port.ts";
import { type CIDR, contains, printCIDR } from "../../net/cidr.ts";
import { hostPort, type IP } from "../../net/ip.ts";
import type { NodeInFamily } from "../context.ts";
import type { Finding } from "../finding.ts";
import type { PortView } from "./port-view.ts";
import { finding, type PortFinder, type Subject } from "./subject.ts";
import { familyInWords } from "./words.ts";

/**
 * What `loadBalancerSourceRanges` keep out that people do not expect, and what they let in.
 *
 * Source: iptables spec, section 6.6 and section 13, items 15 to 22; IPVS spec, sections 6.4 and 6.5;
 * nftables spec, sections 6.2 and 7.
 */
export const sourceRanges: PortFinder = (view, subject) => {
	if (subject.service.loadBalancerSourceRanges.length === 0) return [];
	if (!hasFirewall(view.port)) return withoutEffect(view, subject);
	return [...excludedNode(view), ...openNodePort(view), ...bypass(view)];
};

function withoutEffect({ node, port, where }: PortView, { service }: Subject): readonly Finding[] {
	if (port.loadBalancerIPs.length === 0) {
		if (port.nodePort === 0) return [];
		const nodePort = `node port ${port.nodePort}/${port.protocol}`;
		const letsIn = port.selection.hasEndpoints
			? `this node lets everybody to ${nodePort}`
			: `this node refuses everybody at ${nodePort} now, and lets everybody in when there are endpoints`;
		const message = `Expected source ranges of ${port.name}${where} to guard a load-balancer IP, found none that nodes serve: ${letsIn}. The balancer itself has to apply them.`;
		return [finding("SOURCE_RANGES_NO_EFFECT", "info", message, port)];
	}
	const { family } = node.model;
	if (service.loadBalancerSourceRanges.some((range) => range.family === family)) return [];
	const letsIn = port.selection.hasEndpoints
		? "everybody is let in"
		: "everybody is refused now for lack of endpoints, and let in when there are some";
	const message = `Expected ${familyInWords(family)} source ranges for ${list(port.loadBalancerIPs)} of ${port.name}, found only others (${rangesInWords(service.loadBalancerSourceRanges)}): ${letsIn}. Add ${familyInWords(family)} ranges.`;
	return [finding("SOURCE_RANGES_NO_EFFECT", "warning", message, port)];
}

function rangesInWords(ranges: readonly CIDR[]): string {
	return list(ranges.map(printCIDR));
}

function excludedNode(view: PortView): readonly Finding[] {
	const { node, port } = view;
	const { localTraffic, family, node: local } = node.model;
	const own = nodeIP(local, family);
	const pods = localTraffic?.kind === "source" ? localTraffic.cidr : undefined;
	const arePodsOut = pods !== undefined && !port.sourceRanges.some((range) => overlaps(range, pods));
	const excluded = [
		...(own === undefined || port.isNodeInSourceRanges ? [] : [`node ${local.name} (${own})`]),
		...(arePodsOut ? [`pods (${printCIDR(pods)})`] : []),
	];
	if (excluded.length === 0 || guarded(view).length === 0) return [];
	const message = `Connections of ${excluded.join(" and of ")} to ${guardedInWords(view)} are dropped: no source range of ${port.name} (${rangesInWords(port.sourceRanges)}) has their address. Use the cluster IP inside the cluster, or add a range.`;
	return [finding("SOURCE_RANGES_EXCLUDE_NODE", "info", message, port)];
}

function overlaps(one: CIDR, other: CIDR): boolean {
	return contains(one, other.network) || contains(other, one.network);
}

/** In iptables mode an address that is an external IP too is not guarded: see `bypass`. */
function guarded({ node, port }: PortView): readonly IP[] {
	const ips = [...new Set(port.loadBalancerIPs)];
	return isBypassed(node) ? ips.filter((ip) => !port.externalIPs.includes(ip)) : ips;
}

function guardedInWords(view: PortView): string {
	return list(guarded(view).map((ip) => hostPort(ip, view.port.port)));
}

function openNodePort(view: PortView): readonly Finding[] {
	const { port, where } = view;
	if (port.nodePort === 0 || guarded(view).length === 0) return [];
	const message = `Source ranges of ${port.name}${where} guard the load-balancer IPs (${guardedInWords(view)}) only: node port ${port.nodePort}/${port.protocol} is open to everybody. Close it in a firewall, or set allocateLoadBalancerNodePorts: false.`;
	return [finding("SOURCE_RANGES_NODE_PORT", "info", message, port)];
}

/** In iptables mode the rule of the external IP comes first and knows no ranges; in the other modes the filter sees both alike. */
function bypass({ node, port }: PortView): readonly Finding[] {
	const both = [...new Set(port.externalIPs)].filter((ip) => port.loadBalancerIPs.includes(ip));
	if (both.length === 0 || !isBypassed(node)) return [];
	const message = `Expected source ranges of ${port.name} to guard ${list(both)}, found the same address in spec.externalIPs: everybody is let in, because ranges do not hold for external IPs. Remove it from externalIPs.`;
	return [finding("SOURCE_RANGES_BYPASSED", "warning", message, port)];
}

function isBypassed({ model }: NodeInFamily): boolean {
	return model.config.mode === "iptables";
}
