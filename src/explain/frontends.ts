import type { ServicePort } from "../model/service-port.ts";
import { printCIDR } from "../net/cidr.ts";
import { type Family, hostPort, type IP, isLoopback, parseIP } from "../net/ip.ts";
import type { Protocol } from "../net/protocol.ts";
import type { TrafficPolicy } from "../snapshot/snapshot.ts";
import { clientsOf } from "./clients.ts";
import type { NodeInFamily } from "./context.ts";
import { nodePortIPs } from "./node-addresses.ts";
import type { Prepared } from "./prepare.ts";
import { type Reach, reach } from "./reach.ts";

/** One way to a service port, on this node. */
export interface Frontend {
	readonly family: Family;
	/** `shop/web:http`. */
	readonly servicePort: string;
	/** Empty for an unnamed port. */
	readonly portName: string;
	readonly kind: "cluster-ip" | "external-ip" | "load-balancer-ip" | "node-port";
	/** Where it answers on this node: one address, or for a node port any number. */
	readonly ips: readonly IP[];
	readonly port: number;
	readonly protocol: Protocol;
	readonly policy: TrafficPolicy;
	/** Who may use it; empty: everybody. */
	readonly sourceRanges: readonly string[];
	/** By kind of client. Empty when it answers on no address. */
	readonly reaches: readonly Reach[];
}

/** A frontend as `trace --to` takes it: `10.96.10.20:80/tcp`, `node:30080/tcp`. */
export function frontendName({ kind, ips, port, protocol }: Omit<Frontend, "reaches">): string {
	const address = kind === "node-port" ? `node:${port}` : hostPort(ips[0] ?? "", port);
	return `${address}/${protocol}`;
}

/** The frontends of a service port: cluster IP, load-balancer IPs, external IPs, node port. */
export function frontendsOf(port: ServicePort, prepared: Prepared): readonly Frontend[] {
	const { name, portName, protocol, sourceRanges } = port;
	const make = (
		kind: Frontend["kind"],
		ips: readonly IP[],
		number: number,
		policy: TrafficPolicy,
		ranges: typeof sourceRanges = [],
	): Frontend => {
		const target = ips.find((ip) => !isLoopback(ip));
		const to = target && { ip: target, port: number, protocol };
		return {
			family: prepared.model.family,
			servicePort: name,
			portName,
			kind,
			ips,
			port: number,
			protocol,
			policy,
			sourceRanges: ranges.map(printCIDR),
			reaches: to === undefined ? [] : clientsOf(prepared.model, ranges).map((client) => reach(prepared, client, to)),
		};
	};
	const external = port.external.policy;
	return [
		make("cluster-ip", [port.clusterIP], port.port, port.internal.policy),
		...unique(port.loadBalancerIPs).map((ip) => make("load-balancer-ip", [ip], port.port, external, sourceRanges)),
		...unique(port.externalIPs).map((ip) => make("external-ip", [ip], port.port, external)),
		...(port.nodePort === 0 ? [] : [make("node-port", portIPs(port, prepared), port.nodePort, external)]),
	];
}

function unique(ips: readonly IP[]): readonly IP[] {
	return [...new Set(ips)];
}

/** On which addresses of the node a node port answers, the node's own first. */
export function portIPs(port: ServicePort, node: NodeInFamily): readonly IP[] {
	const { virtualServers } = node.state;
	if (virtualServers === undefined) return nodePortIPs(node);
	return virtualServers
		.filter(({ origin }) => origin?.subject === port.name && origin.reason === "node-port")
		.flatMap(({ ip }) => parseIP(ip) ?? []);
}
