import type { Behaviour, FeatureGate } from "../config/kube-version.ts";
import type { Endpoint } from "./endpoint.ts";

/** Which endpoints Cluster traffic is kept to: all, those hinted for this node's zone, or those hinted for this node. */
export type Topology = "none" | "same-zone" | "same-node";

/** What topology depends on beside the endpoints. */
export interface TopologyRules {
	readonly nodeName: string;
	/** Empty: unknown. */
	readonly zone: string;
	readonly behaviour: Behaviour;
	readonly isGateOn: (gate: FeatureGate) => boolean;
	/** The Service's annotation; only 1.30 asks for it. */
	readonly annotation: string | undefined;
}

/**
 * The topology for Cluster traffic. Only ready endpoints are considered: each must have a hint, and one of them a hint
 * for this node or zone; otherwise hints are ignored.
 *
 * Source: spec section 3.5; cases 46 to 53 and 103.
 */
export function topologyOf(endpoints: readonly Endpoint[], rules: TopologyRules): Topology {
	const ready = endpoints.filter(({ isReady }) => isReady);
	if (ready.length === 0) return "none";
	const mayUseNodes = rules.behaviour.topology === "hints" && rules.isGateOn("PreferSameTrafficDistribution");
	if (mayUseNodes && areHintedFor(ready, "nodeHints", rules.nodeName)) return "same-node";
	return mayUseZones(rules) && areHintedFor(ready, "zoneHints", rules.zone) ? "same-zone" : "none";
}

/** Whether a topology lets an endpoint serve. */
export function suits(endpoint: Endpoint, topology: Topology, rules: TopologyRules): boolean {
	if (topology === "none") return true;
	return topology === "same-node"
		? endpoint.nodeHints.includes(rules.nodeName)
		: endpoint.zoneHints.includes(rules.zone);
}

function areHintedFor(endpoints: readonly Endpoint[], hints: "zoneHints" | "nodeHints", name: string): boolean {
	return (
		endpoints.every((endpoint) => endpoint[hints].length > 0) &&
		endpoints.some((endpoint) => endpoint[hints].includes(name))
	);
}

/** Up to 1.32 hints need a gate and a known zone, and without a second gate the Service's own wish. */
function mayUseZones({ behaviour, isGateOn, zone, annotation }: TopologyRules): boolean {
	if (behaviour.topology === "hints") return true;
	if (zone === "") return false;
	if (!isGateOn("TopologyAwareHints")) return false;
	if (isGateOn("ServiceTrafficDistribution")) return true;
	return !["", "disabled", "Disabled"].includes(annotation ?? "");
}
