import type { Endpoint } from "../model/endpoint.ts";
import type { ServicePort } from "../model/service-port.ts";
import type { Family } from "../net/ip.ts";
import type { EndpointSlice } from "../snapshot/snapshot.ts";
import type { NodeInFamily } from "./context.ts";
import type { EndpointRow, Share, Unused } from "./endpoint-row.ts";
import { type Frontend, frontendName } from "./frontends.ts";
import { rowsOfSlice } from "./slice-rows.ts";
import { duplicated, unselected, unsuitable } from "./unused.ts";

/** One service port with what belongs to it. */
export interface PortInFamily {
	readonly node: NodeInFamily;
	readonly port: ServicePort;
	readonly frontends: readonly Frontend[];
}

/**
 * Every endpoint as one service port sees it: those in use, those that were not selected, those of slices it cannot use.
 *
 * @param own slices of the Service
 * @param elsewhere families whose slices are no business of this one: they have service ports of their own, or were not
 * asked for
 */
export function rowsOfPort(
	{ port, node, frontends }: PortInFamily,
	own: readonly EndpointSlice[],
	elsewhere: ReadonlySet<Family>,
): readonly EndpointRow[] {
	const { selection } = port;
	const shares = sharesOf(frontends);
	const slices = new Map(own.map((slice) => [slice.name, slice]));
	const further = furtherAddresses(own);
	const [cluster, local] = [new Set(selection.cluster), new Set(selection.local)];
	const row = (endpoint: Endpoint, unused: Unused | undefined): EndpointRow => ({
		family: node.model.family,
		servicePort: port.name,
		address: endpoint.canonicalIP,
		port: endpoint.port,
		protocol: port.protocol,
		isUsed: unused === undefined,
		by: [
			...(cluster.has(endpoint) ? (["Cluster"] as const) : []),
			...(local.has(endpoint) ? (["Local"] as const) : []),
		],
		unused,
		nodeName: endpoint.nodeName,
		pod: endpoint.pod,
		slice: endpoint.slice,
		furtherAddresses: further.get(`${endpoint.slice} ${endpoint.canonicalIP}`) ?? 0,
		shares: unused === undefined ? (shares.get(endpoint.address) ?? []) : [],
	});
	const winners = new Map(port.endpoints.map((endpoint) => [endpoint.address, endpoint]));
	const excluded = port.excludedSlices.filter(
		({ reason }) => reason !== "other-address-type" || !elsewhere.has(other(node.model.family)),
	);
	return [
		...selection.reachable.map((endpoint) => row(endpoint, undefined)),
		...selection.unused.map(({ endpoint, reason }) => row(endpoint, unselected(endpoint, reason, node.model.node))),
		...port.duplicates.map((endpoint) => row(endpoint, duplicated(winners.get(endpoint.address)))),
		...excluded.flatMap(({ slice: name, reason }) => {
			const slice = slices.get(name);
			return slice === undefined ? [] : rowsOfSlice(slice, port, () => unsuitable(reason, port, slice.ports));
		}),
	];
}

function other(family: Family): Family {
	return family === "ipv4" ? "ipv6" : "ipv4";
}

/** What each endpoint (`ip:port`) gets of each frontend. */
function sharesOf(frontends: readonly Frontend[]): ReadonlyMap<string, readonly Share[]> {
	const byEndpoint = new Map<string, Share[]>();
	for (const frontend of frontends) {
		const name = frontendName(frontend);
		for (const { from, shares, servedBy } of frontend.reaches) {
			// Another Service may have the same address, and the same endpoint.
			if (servedBy !== frontend.servicePort) continue;
			for (const [address, share] of shares) {
				const known = byEndpoint.get(address) ?? [];
				known.push({ frontend: name, kind: frontend.kind, from, share });
				byEndpoint.set(address, known);
			}
		}
	}
	return byEndpoint;
}

function furtherAddresses(slices: readonly EndpointSlice[]): ReadonlyMap<string, number> {
	const pairs = slices.flatMap(({ name, endpoints }) =>
		endpoints.map(({ ip, furtherAddresses: count }) => [`${name} ${ip}`, count] as const),
	);
	return new Map(pairs);
}
