import { goto, type Verdict } from "../../lang/nft/statement.ts";
import type { Command } from "../../lang/nft/transaction.ts";
import type { Endpoint } from "../../model/endpoint.ts";
import type { ServicePort, Traffic } from "../../model/service-port.ts";
import type { IP } from "../../net/ip.ts";
import { REJECT_CHAIN } from "./base-rules.ts";
import { addEntry, addMember } from "./commands.ts";
import type { ContainerName } from "./containers.ts";
import type { Draft } from "./draft.ts";
import { because, type Reason } from "./reason.ts";

/** An endpoint on this node, which may reach itself through the Service. Source: spec section 7.1. */
export function hairpinElements({ port, behaviour }: Draft, endpoint: Endpoint): readonly Command[] {
	if (behaviour.endpoints === "chains" || !endpoint.isLocal) return [];
	const { ip, address } = endpoint;
	const key = [ip, ip, port.protocol, String(endpoint.port)];
	return [addMember("hairpin-connections", key, because(port, "hairpin", address))];
}

/** The cluster IP, and who serves it. */
export function clusterIPElements({ port, chains }: Draft): readonly Command[] {
	const key = frontend(port, port.clusterIP);
	const { policy, endpoints } = port.internal;
	const chain = policy === "Local" ? chains.local : chains.cluster;
	return [
		addMember("cluster-ips", [port.clusterIP], because(port, "cluster-ip")),
		endpoints.length > 0
			? addEntry("service-ips", key, goto(chain), because(port, "cluster-ip"))
			: unserved(port, "no-endpoint-services", key, port.internal),
	];
}

/** The external IPs. With policy Local and nothing on this node, pods and the node itself are served all the same. */
export function externalIPElements(draft: Draft): readonly Command[] {
	return draft.port.externalIPs.flatMap((ip) => [
		...served(draft, "service-ips", frontend(draft.port, ip), "external-ip"),
		...unservedFromOutside(draft, "no-endpoint-services", frontend(draft.port, ip)),
	]);
}

/** The load-balancer IPs. Their firewall is asked whether or not somebody serves them. */
export function loadBalancerElements(draft: Draft): readonly Command[] {
	const { port, chains } = draft;
	const keys = port.loadBalancerIPs.map((ip) => frontend(port, ip));
	return [
		...keys.flatMap((key) => [
			...served(draft, "service-ips", key, "load-balancer-ip"),
			...(hasFirewallChain(port)
				? [addEntry("firewall-ips", key, goto(chains.firewall), because(port, "source-ranges"))]
				: []),
		]),
		...keys.flatMap((key) => unservedFromOutside(draft, "no-endpoint-services", key)),
	];
}

/** The node port. */
export function nodePortElements(draft: Draft): readonly Command[] {
	const { protocol, nodePort } = draft.port;
	if (nodePort === 0) return [];
	const key = [protocol, String(nodePort)];
	return [
		...served(draft, "service-nodeports", key, "node-port"),
		...unservedFromOutside(draft, "no-endpoint-nodeports", key),
	];
}

/** Whether the load-balancer IPs are for some sources only, whether or not somebody serves them. Source: spec section 3.1. */
export function hasFirewallChain({ loadBalancerIPs, sourceRanges }: ServicePort): boolean {
	return loadBalancerIPs.length > 0 && sourceRanges.length > 0;
}

function frontend({ protocol, port }: ServicePort, ip: IP): readonly string[] {
	return [ip, protocol, String(port)];
}

function served(
	{ port, chains }: Draft,
	map: ContainerName,
	key: readonly string[],
	reason: Reason,
): readonly Command[] {
	return port.selection.hasEndpoints ? [addEntry(map, key, goto(chains.external), because(port, reason))] : [];
}

function unservedFromOutside({ port }: Draft, map: ContainerName, key: readonly string[]): readonly Command[] {
	return port.external.endpoints.length > 0 ? [] : [unserved(port, map, key, port.external)];
}

function unserved(port: ServicePort, map: ContainerName, key: readonly string[], { whenEmpty }: Traffic): Command {
	const isRejected = whenEmpty === "reject";
	const value: Verdict = isRejected ? goto(REJECT_CHAIN) : { kind: "drop" };
	return addEntry(map, key, value, because(port, isRejected ? "no-endpoints" : "no-local-endpoints"), port.name);
}
