import type { Model } from "../model/model.ts";
import type { ServicePort } from "../model/service-port.ts";
import { contains, parseCIDR } from "../net/cidr.ts";
import { familyOf, type IP, isLoopback, parseIP } from "../net/ip.ts";
import { bytesOfIP, ipOfBytes } from "../net/ip-bytes.ts";
import type { Frontend } from "./frontends.ts";
import { KINDS } from "./words.ts";

/**
 * What a packet is sent to. `other-port`: a port of a Service's own address that no Service has. `health-check`: the port where
 * balancers ask. `free-address`: an address of the network of cluster IPs that no Service has.
 */
export type PlaceKind = Frontend["kind"] | "other-port" | "health-check" | "free-address";

/** An address and port to send packets to. */
export interface ProbedPlace {
	readonly kind: PlaceKind;
	/** The same in words, the same for every Service: `node port at 127.0.0.1`. */
	readonly where: string;
	readonly ip: IP;
	readonly number: number;
}

/** The frontends of a service port. A node port is asked at every address of the node, whether it answers there or not. */
export function placesOf(port: ServicePort, model: Model): readonly ProbedPlace[] {
	const at = (kind: Frontend["kind"], ips: readonly IP[], number: number): readonly ProbedPlace[] =>
		[...new Set(ips)].map((ip) => ({ kind, where: KINDS[kind], ip, number }));
	return [
		...at("cluster-ip", [port.clusterIP], port.port),
		...at("load-balancer-ip", port.loadBalancerIPs, port.port),
		...at("external-ip", port.externalIPs, port.port),
		...(port.nodePort === 0 ? [] : nodePortPlaces(port.nodePort, model)),
	];
}

function nodePortPlaces(number: number, model: Model): readonly ProbedPlace[] {
	const loopback = LOOPBACK[model.family];
	const further = ownIPs(model).filter((ip) => !model.node.ips.includes(ip));
	const place = (where: string, ip: IP): ProbedPlace => ({ kind: "node-port", where, ip, number });
	return [
		...ownIPs(model)
			.filter((ip) => !further.includes(ip))
			.map((ip) => place("node port", ip)),
		...further.map((ip) => place("node port at a further address of the node", ip)),
		place(`node port at ${loopback}`, loopback),
	];
}

/** Which ports of which addresses service ports have. */
export type UsedPorts = ReadonlyMap<IP, ReadonlySet<number>>;

/** The ports that service ports have at their own addresses, and at those of the node. */
export function usedPorts(model: Model): UsedPorts {
	const used = new Map<IP, Set<number>>();
	const use = (ips: readonly IP[], port: number): void => {
		for (const ip of ips) used.set(ip, (used.get(ip) ?? new Set()).add(port));
	};
	for (const { clusterIP, externalIPs, loadBalancerIPs, port, nodePort, healthCheckNodePort } of model.servicePorts) {
		use([clusterIP, ...externalIPs, ...loadBalancerIPs], port);
		for (const number of [nodePort, healthCheckNodePort]) use(ownIPs(model), number);
	}
	return used;
}

/** What belongs to a Service, though none of its ports serves it: another port of its own addresses, its health check. */
export function placesBeside(port: ServicePort, model: Model, used: UsedPorts): readonly ProbedPlace[] {
	const others = (kind: keyof typeof KINDS, ips: readonly IP[]): readonly ProbedPlace[] => {
		const where = `a port of its ${KINDS[kind]} that it does not have`;
		return [...new Set(ips)].map((ip) => ({ kind: "other-port", where, ip, number: freePort(used.get(ip)) }));
	};
	const [own] = ownIPs(model);
	const number = port.healthCheckNodePort;
	return [
		...others("cluster-ip", [port.clusterIP]),
		...others("load-balancer-ip", port.loadBalancerIPs),
		...others("external-ip", port.externalIPs),
		...(number === 0 || own === undefined
			? []
			: [{ kind: "health-check" as const, where: "health-check node port", ip: own, number }]),
	];
}

/** An address of each network of cluster IPs that no Service has, if the networks are known. */
export function unallocatedPlaces({ serviceCIDRs }: Model, taken: UsedPorts): readonly ProbedPlace[] {
	return serviceCIDRs.flatMap((text) => {
		const cidr = parseCIDR(text);
		let ip = cidr && next(cidr.network);
		while (ip !== undefined && taken.has(ip)) ip = next(ip);
		return ip === undefined || cidr === undefined || !contains(cidr, ip)
			? []
			: [{ kind: "free-address", where: "an address for Services that none has", ip, number: UNUSED_PORT }];
	});
}

const LOOPBACK = { ipv4: parseIP("127.0.0.1") as IP, ipv6: parseIP("::1") as IP };

function ownIPs({ node, family }: Model): readonly IP[] {
	return [...new Set([...node.ips, ...node.interfaceIPs])].filter((ip) => familyOf(ip) === family && !isLoopback(ip));
}

/** Somebody may well ask for it by mistake, and no Service is likely to have it: "discard". */
const UNUSED_PORT = 9;

function freePort(used: ReadonlySet<number> | undefined): number {
	let port = UNUSED_PORT;
	while (used?.has(port) === true) port++;
	return port;
}

function next(ip: IP): IP {
	const bytes = [...bytesOfIP(ip)];
	for (let at = bytes.length - 1; at >= 0; at--) {
		bytes[at] = ((bytes[at] ?? 0) + 1) & 255;
		if (bytes[at] !== 0) break;
	}
	return ipOfBytes(bytes);
}
