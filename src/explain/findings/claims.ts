import type { FrontendKind } from "../../diff/frontend.ts";
import { groupBy } from "../../diff/lists/group-by.ts";
import type { ServicePort } from "../../model/service-port.ts";
import type { IP } from "../../net/ip.ts";
import type { Protocol } from "../../net/protocol.ts";
import type { ExplainContext, NodeInFamily } from "../context.ts";
import { nodePortIPs } from "../node-addresses.ts";
import { type Claim, type Contested, type Dispute, settler } from "./disputes.ts";
import { ownersIn } from "./owners.ts";

/** Who wants which packets on a node, in one family. */
export interface Claims {
	/** On which of the node's addresses node ports answer, in interface order. */
	readonly nodePortIPs: readonly IP[];
	/** Who wants packets to an address and port; node ports too where they answer on that address. */
	readonly at: (ip: IP, port: number, protocol: Protocol) => readonly Claim[];
	/** Who has a node port. */
	readonly atNodePort: (port: number, protocol: Protocol) => readonly Claim[];
	/** Services (`namespace/name`) by their health-check node ports. */
	readonly healthChecks: ReadonlyMap<number, readonly string[]>;
	/** Service ports whose node port takes packets to a TCP port of the node. */
	readonly takers: (port: number) => readonly string[];
	/** Who gets an address that several want. */
	readonly settle: (contested: Contested) => Dispute | undefined;
}

/** Collects the claims of the service ports of one of the context's nodes. */
export function claimsIn(node: NodeInFamily, context: ExplainContext): Claims {
	const { byAddress, healthChecks } = collect(node.model.servicePorts);
	const own = nodePortIPs(node);
	const answering = new Set<IP>(own);
	const atNodePort = (port: number, protocol: Protocol): readonly Claim[] =>
		byAddress.get(keyOf("*", port, protocol)) ?? [];
	return {
		nodePortIPs: own,
		at: once(keyOf<IP>, (ip, port, protocol) => {
			const claims = byAddress.get(keyOf(ip, port, protocol)) ?? [];
			return answering.has(ip) ? [...claims, ...atNodePort(port, protocol)] : claims;
		}),
		atNodePort,
		healthChecks,
		takers: once(String, (port) => {
			// In iptables mode a rule lets health checks in before those that refuse; the other modes have none.
			const isRefusedLater = node.model.config.mode === "iptables";
			const isTaken = ({ external }: ServicePort): boolean => !isRefusedLater || external.endpoints.length > 0;
			const claims = own.length === 0 ? [] : atNodePort(port, "tcp");
			return claims.flatMap((claim) => (isTaken(claim.port) ? claim.port.name : []));
		}),
		settle: settler(ownersIn(node, context)),
	};
}

/** A function that works each answer out once: hostile input may have thousands of claims to one address. */
function once<A extends readonly unknown[], T>(
	key: (...asked: A) => string,
	answer: (...asked: A) => T,
): (...asked: A) => T {
	const known = new Map<string, T>();
	return (...asked) => {
		const found = known.get(key(...asked)) ?? answer(...asked);
		known.set(key(...asked), found);
		return found;
	};
}

/** A node port stands under `*`. */
function keyOf<T extends IP | "*">(ip: T, port: number, protocol: Protocol): string {
	return `${ip} ${port} ${protocol}`;
}

function collect(ports: readonly ServicePort[]) {
	const byAddress = new Map<string, Claim[]>();
	const claim = (port: ServicePort, kind: FrontendKind, ip: IP | "*", number: number): void => {
		const key = keyOf(ip, number, port.protocol);
		const known = byAddress.get(key);
		if (known === undefined) byAddress.set(key, [{ kind, port }]);
		else known.push({ kind, port });
	};
	for (const port of ports) {
		claim(port, "cluster IP", port.clusterIP, port.port);
		for (const ip of port.externalIPs) claim(port, "external IP", ip, port.port);
		for (const ip of port.loadBalancerIPs) claim(port, "load-balancer IP", ip, port.port);
		if (port.nodePort !== 0) claim(port, "node port", "*", port.nodePort);
	}
	return { byAddress, healthChecks: healthChecksOf(ports) };
}

function healthChecksOf(ports: readonly ServicePort[]): ReadonlyMap<number, readonly string[]> {
	const checked = ports.filter(({ healthCheckNodePort }) => healthCheckNodePort !== 0);
	const byService = new Map(checked.map((port) => [`${port.namespace}/${port.service}`, port.healthCheckNodePort]));
	const groups = groupBy([...byService], ([, number]) => String(number));
	return new Map([...groups].map(([number, services]) => [Number(number), services.map(([name]) => name)]));
}
