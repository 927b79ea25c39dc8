import type { Model } from "../model/model.ts";
import type { ServicePort } from "../model/service-port.ts";
import { printCIDR } from "../net/cidr.ts";
import { type IP, isLoopback } from "../net/ip.ts";
import type { Service } from "../snapshot/snapshot.ts";
import type { ExplainContext, NodeInFamily } from "./context.ts";
import { findingsOf } from "./findings/findings.ts";
import { shown } from "./findings/words.ts";
import { portIPs } from "./frontends.ts";
import { nodePortIPs } from "./node-addresses.ts";
import type { HealthCheck, LocalEndpoint, NodeExplanation, NodeFamily, Offer } from "./node-explanation.ts";

/**
 * Explains what the node offers, and to whom.
 *
 * @param services to which it is narrowed
 */
export function explainNode(context: ExplainContext, services: readonly Service[]): NodeExplanation | undefined {
	const [first] = context.nodes;
	if (first === undefined) return undefined;
	const { node, config } = first.model;
	const wanted = new Set(services.map(({ namespace, name }) => `${namespace}/${name}`));
	const ports = context.nodes.flatMap((one) =>
		one.model.servicePorts
			.filter(({ namespace, service }) => wanted.has(`${namespace}/${service}`))
			.map((port) => ({ node: one, port })),
	);
	return {
		kind: "node",
		name: node.name,
		mode: config.mode,
		zone: node.zone,
		addresses: [...new Set([...node.ips, ...node.interfaceIPs])].filter((ip) => !isLoopback(ip)),
		podCIDRs: node.podCIDRs,
		families: context.nodes.map(familyOfNode),
		nodePorts: ports.flatMap(nodePortOffers),
		externalIPs: ports.flatMap(({ port }) => externalOffers(port)),
		healthChecks: healthChecks(ports.map(({ port }) => port)),
		endpoints: localEndpoints(ports.map(({ port }) => port)),
		findings: findingsOf(context, services),
	};
}

function familyOfNode(node: NodeInFamily): NodeFamily {
	const { model } = node;
	const { family, servicePorts, excludedServices } = model;
	const services = new Set(servicePorts.map(({ namespace, service }) => `${namespace}/${service}`)).size;
	const common = { family, services, servicePorts: servicePorts.length, without: excludedServices.length };
	return { ...common, podTraffic: podTraffic(model), nodePortIPs: nodePortIPs(node) };
}

function podTraffic({ localTraffic }: Model): string {
	if (localTraffic === undefined) return "not at all: no CIDR of pods is configured for this family";
	return localTraffic.kind === "source"
		? `by source address: ${printCIDR(localTraffic.cidr)}`
		: `by the interface they come in through: ${shown(localTraffic.isPrefix ? `${localTraffic.name}+` : localTraffic.name)}`;
}

function offerOf(port: ServicePort, rest: Pick<Offer, "kind" | "ips" | "port" | "sourceRanges">): Offer {
	const { name, protocol, external } = port;
	return { servicePort: name, protocol, policy: external.policy, endpoints: external.endpoints.length, ...rest };
}

function nodePortOffers({ node, port }: { node: NodeInFamily; port: ServicePort }): readonly Offer[] {
	if (port.nodePort === 0) return [];
	return [offerOf(port, { kind: "node-port", ips: portIPs(port, node), port: port.nodePort, sourceRanges: [] })];
}

function externalOffers(port: ServicePort): readonly Offer[] {
	const sourceRanges = port.sourceRanges.map(printCIDR);
	const at = (kind: Offer["kind"], ip: IP, ranges: readonly string[]): Offer =>
		offerOf(port, { kind, ips: [ip], port: port.port, sourceRanges: ranges });
	return [
		...port.loadBalancerIPs.map((ip) => at("load-balancer-ip", ip, sourceRanges)),
		...port.externalIPs.map((ip) => at("external-ip", ip, [])),
	];
}

function healthChecks(ports: readonly ServicePort[]): readonly HealthCheck[] {
	const checks = new Map<string, { readonly service: string; readonly port: number; readonly ips: Set<IP> }>();
	for (const { namespace, service: name, healthCheckNodePort: port, endpoints } of ports) {
		if (port === 0) continue;
		const service = `${namespace}/${name}`;
		const check = checks.get(service) ?? { service, port, ips: new Set() };
		for (const { isLocal, isReady, canonicalIP } of endpoints) if (isLocal && isReady) check.ips.add(canonicalIP);
		checks.set(service, check);
	}
	return [...checks.values()].map(({ service, port, ips }) => ({ service, port, localEndpoints: ips.size }));
}

function localEndpoints(ports: readonly ServicePort[]): readonly LocalEndpoint[] {
	const found = new Map<IP, { pod: string | undefined; servicePorts: string[]; isUsed: boolean }>();
	for (const { name, endpoints, selection } of ports) {
		const local = endpoints.filter(({ isLocal }) => isLocal);
		if (local.length === 0) continue;
		const used = new Set(selection.reachable);
		for (const endpoint of local) {
			const { canonicalIP: address, pod } = endpoint;
			const known = found.get(address) ?? { pod, servicePorts: [], isUsed: false };
			if (!known.servicePorts.includes(name)) known.servicePorts.push(name);
			known.isUsed ||= used.has(endpoint);
			found.set(address, known);
		}
	}
	return [...found].map(([address, rest]) => ({ address, ...rest }));
}
