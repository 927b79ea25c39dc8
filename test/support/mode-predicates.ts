import type { Fate } from "../../src/explain/compare-modes.ts";
import type { Model, ProxyMode, ServicePort } from "../../src/index.ts";
import type { IP } from "../../src/net/ip.ts";
import type { PairDifference } from "./mode-pairs.ts";

/** A mode that is not compared does whatever is asked. */
export function every({ fates }: PairDifference, mode: ProxyMode, is: (fate: Fate) => boolean): boolean {
	return fates[mode]?.every(is) !== false;
}

/** Every way it may take in a mode ends alike. */
export function isAll(one: PairDifference, mode: ProxyMode, verdict: Fate["verdict"]): boolean {
	return every(one, mode, (fate) => fate.verdict === verdict);
}

/** No rule sends it anywhere. */
export function isUntouched(one: PairDifference, mode: ProxyMode): boolean {
	return every(one, mode, isLeft);
}

function isLeft({ verdict, isTranslated }: Fate): boolean {
	return (verdict === "forwarded" || verdict === "delivered") && !isTranslated;
}

/** No rule sends it anywhere, and none hides its source. */
export function isLeftAlone(fate: Fate): boolean {
	return isLeft(fate) && !fate.isMasqueraded;
}

/** Whether node ports answer at an address of the node. */
export function answersAt({ nodePortAddresses }: Model, ip: IP): boolean {
	return nodePortAddresses.kind === "all" || nodePortAddresses.ips.includes(ip);
}

/** It goes to an address or a port for clients outside. */
export function isExternal({ probe }: PairDifference): boolean {
	return ["node-port", "external-ip", "load-balancer-ip"].includes(probe.place);
}

/** It goes to a port of one of these addresses that no Service has. */
export function isToOtherPort({ probe }: PairDifference, ips: readonly IP[]): boolean {
	return probe.place === "other-port" && ips.includes(probe.packet.to);
}

/** A pod or the node itself sends it. */
export function isInside({ probe }: PairDifference): boolean {
	return ["pod", "endpoint", "endpoint-elsewhere", "node"].includes(probe.client);
}

/** Policy Local, and endpoints on other nodes only. */
export function hasOnlyRemote(port: ServicePort, side: "external" | "internal"): boolean {
	return port[side].policy === "Local" && port[side].endpoints.length === 0 && port.selection.hasEndpoints;
}

/** Whoever may get it in a mode is one of these; a mode that is not compared has nobody. */
export function isSubset(fates: readonly Fate[] | undefined, endpoints: ServicePort["endpoints"]): boolean {
	const known = new Set<string>(endpoints.map(({ canonicalIP, port }) => `${canonicalIP} ${port}`));
	return fates?.every(({ destination: { ip, port } }) => known.has(`${ip} ${port}`)) !== false;
}

/** Whether a service port has an address and port. */
export function claims(
	{ clusterIP, externalIPs, loadBalancerIPs, port }: ServicePort,
	ip: IP,
	number: number,
): boolean {
	return port === number && (clusterIP === ip || externalIPs.includes(ip) || loadBalancerIPs.includes(ip));
}
