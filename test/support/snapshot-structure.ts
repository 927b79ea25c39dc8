import type { Snapshot } from "../../src/index.ts";
import { contains } from "../../src/net/cidr.ts";

/** Everything but names, addresses and labels, in the order of names; labels that rules depend on are fields of their own. */
export function structureOf(snapshot: Snapshot): unknown {
	const text = JSON.stringify(snapshot, (field, value) => {
		if (field === "labels") return undefined;
		if (typeof value !== "string") return value;
		return STRUCTURE.has(field) || value === "" || value === "None" ? value : "…";
	});
	return JSON.parse(text);
}

/** Fields with texts that are no names. */
const STRUCTURE = new Set([
	...["type", "protocol", "externalTrafficPolicy", "internalTrafficPolicy", "addressType", "ipMode", "family"],
	"topologyAnnotation",
]);

/** Of all addresses, in the order in which they occur: which are the same, and in which networks each lies. */
export function relationsOf({ services, endpointSlices, nodes }: Snapshot): unknown {
	const ips = [
		...services.flatMap((one) => [
			...one.clusterIPs,
			...one.externalIPs,
			...one.loadBalancerIngress.map(({ ip }) => ip),
		]),
		...endpointSlices.flatMap(({ endpoints }) => endpoints.map(({ ip }) => ip)),
		...nodes.flatMap(({ addresses }) => addresses),
	].filter((ip) => ip !== undefined);
	const networks = [
		...services.flatMap(({ loadBalancerSourceRanges }) => loadBalancerSourceRanges),
		...nodes.flatMap(({ podCIDRs }) => podCIDRs),
	];
	return ips.map((ip) => [ips.indexOf(ip), ...networks.map((network) => contains(network, ip))]);
}
