import type { Protocol } from "../../src/index.ts";
import type { ServicePort } from "../../src/model/service-port.ts";
import type { Family, IP } from "../../src/net/ip.ts";
import { type NodeNetwork, ownIPs } from "./trace-network.ts";

/** Where a packet goes. */
export interface Target {
	readonly kind: string;
	readonly to: IP;
	readonly port: number;
	readonly protocol: Protocol;
}

/** The node's addresses that no interface has, and some that nobody has: one is a load balancer's with `ipMode: Proxy`. */
const OTHERS = {
	ipv4: { loopback: ["127.0.0.1", "127.0.0.53"], unknown: ["10.96.255.1", "203.0.113.2"] },
	ipv6: { loopback: ["::1"], unknown: ["fd00:96::ffff", "2001:db8:f::2"] },
} as const;

const PROTOCOLS = ["tcp", "udp", "sctp"] as const;
const NOBODYS_PORT = 4444;

/** The frontends of a service port, its endpoints, and what nobody offers. */
export function targetsOf(
	servicePort: ServicePort | undefined,
	network: NodeNetwork,
	family: Family,
): readonly Target[] {
	const own = ownIPs(network, family);
	const { loopback, unknown } = OTHERS[family];
	const nowhere = PROTOCOLS.flatMap((protocol) => [
		...targets("unknown address", unknown, 80, protocol),
		...targets("unknown port of the node", [...own, ...loopback], NOBODYS_PORT, protocol),
	]);
	if (servicePort === undefined) return nowhere;
	const { clusterIP, port, nodePort, externalIPs, loadBalancerIPs, healthCheckNodePort, protocol } = servicePort;
	const { endpoints } = servicePort;
	return [
		...nowhere,
		...PROTOCOLS.flatMap((one) => targets("unknown port", [clusterIP], NOBODYS_PORT, one)),
		...targets("cluster IP", [clusterIP], port, protocol),
		...targets("external IP", externalIPs, port, protocol),
		...targets("load-balancer IP", loadBalancerIPs, port, protocol),
		...(nodePort === 0 ? [] : targets("node port", own, nodePort, protocol)),
		...(nodePort === 0 ? [] : targets("node port on loopback", loopback, nodePort, protocol)),
		...(healthCheckNodePort === 0 ? [] : targets("health check node port", own, healthCheckNodePort, "tcp")),
		...endpoints.flatMap((endpoint) => targets("endpoint", [endpoint.canonicalIP], endpoint.port, protocol)),
	];
}

function targets(kind: string, ips: readonly string[], port: number, protocol: Protocol): readonly Target[] {
	return ips.map((ip) => ({ kind, to: ip as IP, port, protocol }));
}
