import { BEHAVIOURS } from "../../config/kube-version.ts";
import type { Endpoint } from "../../model/endpoint.ts";
import type { Model } from "../../model/model.ts";
import type { Finding } from "../finding.ts";
import type { PortView } from "./port-view.ts";
import { finding, type PortFinder, type Subject } from "./subject.ts";
import { endpointList, names, shown, verb } from "./words.ts";

/**
 * Hints that are ignored, or that keep an endpoint for nobody. Only from 1.33 on, where hints alone decide.
 *
 * Source: iptables spec, section 3.5.
 */
export const hints: PortFinder = (view, subject) => {
	const { port, node } = view;
	const usesCluster = port.internal.policy === "Cluster" || port.isExternallyAccessible;
	if (!usesCluster || BEHAVIOURS[node.model.kubeVersion].topology !== "hints") return [];
	const ready = port.endpoints.filter(({ isReady }) => isReady);
	return [...ignored(view, ready), ...missingTargets(view, ready, subject)];
};

/** Why zone hints have no effect here. Nothing is wrong with them when hints for nodes come first. */
function ignored({ port, node, where }: PortView, ready: readonly Endpoint[]): readonly Finding[] {
	const { name, zone } = node.model.node;
	const without = ready.filter(({ zoneHints }) => zoneHints.length === 0);
	if (without.length === ready.length || port.selection.topology !== "none") return [];
	if (without.length > 0) {
		const message = `Expected a zone hint at every ready endpoint of ${port.name}${where}, found none at ${without.length} of ${ready.length} (${endpointList(without)}): zone hints are ignored and every endpoint gets connections from every zone. Wait for the controller to write them, or add them.`;
		return [finding("HINTS_INCOMPLETE", "warning", message, port)];
	}
	if (zone === "") {
		const message = `Expected node ${name} to have a zone, because the endpoints of ${port.name}${where} have zone hints, found no label topology.kubernetes.io/zone: hints are ignored here. Label the node.`;
		return [finding("HINTS_WITHOUT_ZONE", "warning", message, port)];
	}
	const zones = names(ready.flatMap(({ zoneHints }) => zoneHints));
	const message = `No endpoint of ${port.name}${where} is hinted for zone ${shown(zone)} of node ${name}, all are for ${zones}: hints are ignored here, and every endpoint gets connections.`;
	return [finding("HINTS_FOR_OTHERS", "info", message, port)];
}

function missingTargets(view: PortView, ready: readonly Endpoint[], { index }: Subject): readonly Finding[] {
	// With nodes of endpoints missing, the snapshot has not all Nodes, and a zone may be there all the same.
	const isComplete = view.port.endpoints.every(({ nodeName }) => !nodeName || index.nodeNames.has(nodeName));
	if (!isComplete || index.nodeNames.size === 0) return [];
	// A node without a zone is a finding of its own.
	const areZonesKnown = !index.zones.has("");
	const zones = areZonesKnown ? ready.filter(({ zoneHints }) => isOnlyFor(zoneHints, index.zones)) : [];
	const nodes = areNodesHinted(view.node.model)
		? ready.filter(({ nodeHints }) => isOnlyFor(nodeHints, index.nodeNames))
		: [];
	return [
		...missing(view, "zone", zones, ({ zoneHints }) => zoneHints),
		...missing(view, "node", nodes, ({ nodeHints }) => nodeHints),
	];
}

function isOnlyFor(targets: readonly string[], known: ReadonlySet<string>): boolean {
	return targets.length > 0 && !targets.some((target) => known.has(target));
}

function missing(
	{ port, where }: PortView,
	kind: "zone" | "node",
	endpoints: readonly Endpoint[],
	targetsOf: (endpoint: Endpoint) => readonly string[],
): readonly Finding[] {
	if (endpoints.length === 0) return [];
	const targets = names(endpoints.flatMap(targetsOf));
	const there = kind === "zone" ? "no Node is in it" : "there is no such Node";
	const message = `Expected hints of ${port.name}${where} to name a ${kind} that is there, found ${targets} at ${endpointList(endpoints)}, but ${there}: where hints count, ${verb(endpoints.length, "this endpoint gets", "these endpoints get")} no connections. Correct the hints, or add the Node.`;
	return [finding("HINT_TARGET_MISSING", "warning", message, port)];
}

function areNodesHinted({ config, kubeVersion }: Model): boolean {
	const byDefault = BEHAVIOURS[kubeVersion].gates.PreferSameTrafficDistribution;
	return config.featureGates.PreferSameTrafficDistribution ?? byDefault !== "off";
}
