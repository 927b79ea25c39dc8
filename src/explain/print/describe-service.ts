import type { EndpointRow } from "../endpoint-row.ts";
import type { ServiceExplanation } from "../explanation.ts";
import { type Frontend, frontendName } from "../frontends.ts";
import type { OwnedServer } from "../owned.ts";
import type { Reach } from "../reach.ts";

/** A Service as plain JSON data. */
export function describeService(explanation: ServiceExplanation): unknown {
	const { name, node, mode, service, withoutRules, names, loadBalancer, findings } = explanation;
	return {
		service: name,
		node,
		proxyMode: mode,
		type: service.type,
		internalTrafficPolicy: service.internalTrafficPolicy,
		externalTrafficPolicy: service.externalTrafficPolicy,
		affinitySeconds: service.affinitySeconds,
		withoutRules,
		frontends: explanation.frontends.map(describeFrontend),
		endpoints: explanation.endpoints.map(describeEndpoint),
		chains: explanation.chains.map(({ family, ...chain }) => ({ ipFamily: family, ...chain })),
		...(mode === "ipvs"
			? {
					virtualServers: explanation.servers.map(describeServer),
					setEntries: explanation.entries.map(({ family, ...entry }) => ({ ipFamily: family, ...entry })),
				}
			: {}),
		...(mode === "nftables"
			? {
					elements: explanation.elements.map(({ family, ...element }) => ({ ipFamily: family, ...element })),
					clientSets: explanation.clientSets.map(({ family, ...set }) => ({ ipFamily: family, ...set })),
				}
			: {}),
		dns: names.dns,
		dnsNote: names.note,
		environment: names.environment,
		environmentIn: names.environmentIn,
		loadBalancer,
		findings,
	};
}

function describeFrontend(frontend: Frontend): unknown {
	const { family, servicePort, portName, kind, ips, port, protocol, policy, sourceRanges, reaches } = frontend;
	return {
		name: frontendName(frontend),
		ipFamily: family,
		servicePort,
		portName,
		kind,
		addresses: ips,
		port,
		protocol,
		policy,
		...(sourceRanges.length === 0 ? {} : { sourceRanges }),
		clients: reaches.map(describeReach),
	};
}

/** What a kind of client meets, as plain JSON data. */
export function describeReach({ from, verdict, shares, servedBy, masqueraded, reason }: Reach): unknown {
	return { from, verdict, endpoints: shares.size, servedBy, ...(verdict === "served" ? { masqueraded } : {}), reason };
}

function describeEndpoint(row: EndpointRow): unknown {
	const { family, servicePort, address, port, protocol, isUsed, by, unused, nodeName, pod, slice, furtherAddresses } =
		row;
	return {
		address,
		port: port ?? null,
		protocol,
		used: isUsed,
		by,
		reason: unused?.reason ?? null,
		code: unused?.code,
		ipFamily: family,
		servicePort,
		node: nodeName,
		pod,
		slice,
		...(furtherAddresses === 0 ? {} : { furtherAddresses }),
		shares: row.shares,
	};
}

function describeServer({ family, servicePort, server }: OwnedServer): unknown {
	const { protocol, ip, port, scheduler, persistenceSeconds, realServers } = server;
	const reals = realServers.map(({ ip: real, port: at, weight }) => ({ ip: real, port: at, weight }));
	return { ipFamily: family, servicePort, protocol, ip, port, scheduler, persistenceSeconds, realServers: reals };
}
