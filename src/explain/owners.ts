import { type IP, isLoopback } from "../net/ip.ts";
import type { Protocol } from "../net/protocol.ts";
import type { Service, ServicePortSpec } from "../snapshot/snapshot.ts";
import type { ExplainContext } from "./context.ts";
import { shown } from "./findings/words.ts";
import type { Owner } from "./lookup-explanation.ts";
import { networkOwners, owner } from "./network-owners.ts";
import { listed, portText } from "./words.ts";

/** An address, perhaps with a port. */
export interface Asked {
	readonly ip: IP;
	readonly port: number | undefined;
	readonly protocol: Protocol | undefined;
}

/** Whose an address is, nearest first; empty: nobody's that the snapshot knows. */
export function ownersOf(context: ExplainContext, services: readonly Service[], asked: Asked): readonly Owner[] {
	const { ip } = asked;
	const endpoints = endpointOwners(context, services, ip);
	return [
		...frontendOwners(services, asked),
		...endpoints,
		...nodeOwners(context, ip),
		...networkOwners(context, ip, endpoints.length > 0),
	];
}

function frontendOwners(services: readonly Service[], asked: Asked): readonly Owner[] {
	const { ip } = asked;
	return services.flatMap((service) => {
		const { namespace, name, clusterIP, clusterIPs, externalIPs, loadBalancerIngress, ports } = service;
		const full = `${namespace}/${name}`;
		const at = (kind: Owner["kind"], what: string): Owner =>
			owner(kind, `${what} of Service ${full}, ${portsInWords(ports, asked)}`, { service: full });
		const ingress = loadBalancerIngress.find((one) => one.ip === ip);
		return [
			...(clusterIP === ip || clusterIPs.includes(ip) ? [at("cluster-ip", "cluster IP")] : []),
			...(externalIPs.includes(ip) ? [at("external-ip", "external IP")] : []),
			...(ingress === undefined ? [] : [at("load-balancer-ip", `load-balancer IP (ipMode ${ingress.ipMode})`)]),
		];
	});
}

function portsInWords(ports: readonly ServicePortSpec[], { port, protocol }: Asked): string {
	const text = (one: ServicePortSpec): string => portText(one.port, one.protocol, one.name);
	const named = ports.filter((one) => one.port === port && (protocol === undefined || one.protocol === protocol));
	if (named.length > 0) return `port ${listed(named.map(text))}`;
	if (ports.length === 0) return "which has no ports";
	const all = listed(ports.map(text));
	return port === undefined ? `which has ${all}` : `which has ${all}, but not port ${port}`;
}

function endpointOwners({ snapshot }: ExplainContext, services: readonly Service[], ip: IP): readonly Owner[] {
	const known = new Set(services.map(({ namespace, name }) => `${namespace}/${name}`));
	return snapshot.endpointSlices.flatMap(({ namespace, name, serviceName, endpoints }) => {
		const found = endpoints.find((endpoint) => endpoint.ip === ip);
		if (found === undefined) return [];
		const service = known.has(`${namespace}/${serviceName}`) ? `${namespace}/${serviceName}` : undefined;
		const { pod, nodeName } = found;
		const what = service === undefined ? "endpoint of no Service that is there" : `endpoint of Service ${service}`;
		const where = nodeName === undefined || nodeName === "" ? "" : ` on node ${shown(nodeName)}`;
		const behind = pod === undefined ? "" : `, pod ${pod}`;
		return [
			owner("endpoint", `${what} (slice ${namespace}/${name})${behind}${where}`, { service, pod, node: nodeName }),
		];
	});
}

function nodeOwners({ snapshot, nodes }: ExplainContext, ip: IP): readonly Owner[] {
	const named = snapshot.nodes.filter(({ addresses }) => addresses.includes(ip)).map(({ name }) => name);
	const local = nodes[0]?.model.node;
	const isLocal = local?.ips.includes(ip) === true || (!isLoopback(ip) && local?.interfaceIPs.includes(ip) === true);
	const all = isLocal && local !== undefined ? new Set([local.name, ...named]) : new Set(named);
	return [...all].map((node) => owner("node", `address of node ${shown(node)}`, { node }));
}

/** Whose a port of nodes is. */
export function nodePortOwners(
	services: readonly Service[],
	port: number,
	protocol: Protocol | undefined,
): readonly Owner[] {
	return services.flatMap(({ namespace, name, ports, healthCheckNodePort }) => {
		const service = `${namespace}/${name}`;
		const own = ports.filter(
			(one) => one.nodePort === port && port !== 0 && (protocol === undefined || one.protocol === protocol),
		);
		const isHealth = healthCheckNodePort === port && port !== 0 && (protocol ?? "tcp") === "tcp";
		return [
			...own.map((one) =>
				owner("node-port", `node port of Service ${service}, port ${portText(one.port, one.protocol, one.name)}`, {
					service,
				}),
			),
			...(isHealth
				? [
						owner("health-check-node-port", `health-check node port of Service ${service}: balancers ask here`, {
							service,
						}),
					]
				: []),
		];
	});
}
