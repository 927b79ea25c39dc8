import { type Family, familyOf, hostPort, type IP, isLoopback } from "../net/ip.ts";
import { API_PROTOCOLS, type Protocol, toProtocol } from "../net/protocol.ts";
import type { Service } from "../snapshot/snapshot.ts";
import { clientsAt } from "./clients.ts";
import type { ExplainContext } from "./context.ts";
import { findingsOf } from "./findings/findings.ts";
import type { AddressExplanation, Owner, PlacedReach } from "./lookup-explanation.ts";
import { nodePortIPs } from "./node-addresses.ts";
import { nodePortOwners, ownersOf } from "./owners.ts";
import type { Prepared } from "./prepare.ts";
import { reach } from "./reach.ts";
import type { Target } from "./target.ts";

/** Explains an address; undefined: it is nobody's that the snapshot knows. */
export function explainAddress(
	context: ExplainContext,
	prepared: readonly Prepared[],
	services: readonly Service[],
	{ ip, port, protocol }: Extract<Target, { readonly kind: "address" }>,
): AddressExplanation | undefined {
	const found = ownersOf(context, services, { ip, port, protocol });
	const isNode = found.some(({ kind }) => kind === "node" || kind === "loopback");
	const owners = port !== undefined && isNode ? [...nodePortOwners(services, port, protocol), ...found] : found;
	const name = port === undefined ? ip : `${hostPort(ip, port)}${protocol === undefined ? "" : `/${protocol}`}`;
	const asked = port === undefined ? [] : protocolsAt(services, owners, port, protocol);
	const traffic = asked.flatMap((one) => trafficTo(prepared, ip, port ?? 0, one));
	return explanationOf(context, services, { name, owners, traffic });
}

/** Explains a node port; undefined: no Service has it. */
export function explainNodePort(
	context: ExplainContext,
	prepared: readonly Prepared[],
	services: readonly Service[],
	{ port, protocol }: Extract<Target, { readonly kind: "node-port" }>,
): AddressExplanation | undefined {
	const owners = nodePortOwners(services, port, protocol);
	const name = `node:${port}${protocol === undefined ? "" : `/${protocol}`}`;
	const asked = protocolsAt(services, owners, port, protocol);
	const traffic = prepared.flatMap((one) => {
		const ip = nodePortIPs(one).find((candidate) => !isLoopback(candidate));
		return ip === undefined ? [] : asked.flatMap((word) => trafficTo([one], ip, port, word));
	});
	return explanationOf(context, services, { name, owners, traffic });
}

function explanationOf(
	context: ExplainContext,
	services: readonly Service[],
	{ name, owners, traffic }: Pick<AddressExplanation, "name" | "owners" | "traffic">,
): AddressExplanation | undefined {
	if (owners.length === 0) return undefined;
	const named = new Set(owners.map(({ service }) => service));
	const concerned = services.filter((service) => named.has(`${service.namespace}/${service.name}`));
	const node = context.nodes[0]?.model.node.name ?? "";
	return { kind: "address", name, node, owners, traffic, findings: findingsOf(context, concerned) };
}

/** The protocols in which an owner has the port, TCP if none: what is asked about when nobody says which. */
function protocolsAt(
	services: readonly Service[],
	owners: readonly Owner[],
	port: number,
	protocol: Protocol | undefined,
): readonly Protocol[] {
	if (protocol !== undefined) return [protocol];
	const named = new Set(owners.map(({ service }) => service));
	const ports = services
		.filter((service) => named.has(`${service.namespace}/${service.name}`))
		.flatMap((service) => service.ports)
		.filter((one) => one.port === port || one.nodePort === port);
	const found = API_PROTOCOLS.map(toProtocol).filter((word) => ports.some((one) => one.protocol === word));
	return found.length === 0 ? ["tcp"] : found;
}

function trafficTo(prepared: readonly Prepared[], ip: IP, port: number, protocol: Protocol): readonly PlacedReach[] {
	const family: Family = familyOf(ip);
	return prepared
		.filter(({ model }) => model.family === family)
		.map((one) => {
			const ranges = one.model.servicePorts.find(
				(servicePort) => servicePort.port === port && servicePort.loadBalancerIPs.includes(ip),
			)?.sourceRanges;
			const reaches = clientsAt(ip, one.model, ranges ?? []).map((client) =>
				reach(one, client, { ip, port, protocol }),
			);
			return { ip, port, protocol, reaches };
		});
}
