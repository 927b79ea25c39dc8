import type { Service } from "../../snapshot/snapshot.ts";
import type { ExplainContext } from "../context.ts";
import { type Finding, SEVERITIES } from "../finding.ts";
import { affinity } from "./affinity.ts";
import { clusterIndex } from "./cluster-index.ts";
import { addressConflicts, externalAddresses } from "./conflicts.ts";
import {
	duplicateEndpoints,
	endpointsAtClusterIPs,
	endpointsAtExternalIPs,
	endpointsNowhere,
} from "./endpoint-addresses.ts";
import { healthCheck } from "./health-check.ts";
import { hints } from "./hints.ts";
import { endpointsOnStrangeNode, endpointsWithoutNode, localPolicy } from "./local-policy.ts";
import { masqueradeOff, nodeWithoutFamily, shortCircuitOff } from "./masquerade.ts";
import { externalWithoutEffect, loadBalancerWithoutIP, withoutRules } from "./no-effect.ts";
import { familyWithoutEndpoints, noEndpoints, onlyTerminating } from "./no-endpoints.ts";
import { nodePortAddresses, nodePortNowhere } from "./node-ports.ts";
import { slicePorts } from "./slice-ports.ts";
import { hiddenSlices, largeSlices, slicesWithoutLabel } from "./slices.ts";
import { sourceRanges } from "./source-ranges.ts";
import { type Finder, type NodeFinder, type PortFinder, subjectOf } from "./subject.ts";

const NODE_FINDERS: readonly NodeFinder[] = [masqueradeOff, nodePortAddresses, nodeWithoutFamily];

const FINDERS: readonly Finder[] = [
	affinity,
	externalWithoutEffect,
	healthCheck,
	hiddenSlices,
	largeSlices,
	loadBalancerWithoutIP,
	slicesWithoutLabel,
	withoutRules,
];

const PORT_FINDERS: readonly PortFinder[] = [
	addressConflicts,
	duplicateEndpoints,
	endpointsAtClusterIPs,
	endpointsAtExternalIPs,
	endpointsNowhere,
	endpointsOnStrangeNode,
	endpointsWithoutNode,
	externalAddresses,
	familyWithoutEndpoints,
	hints,
	localPolicy,
	noEndpoints,
	nodePortNowhere,
	onlyTerminating,
	shortCircuitOff,
	slicePorts,
	sourceRanges,
];

/**
 * What is wrong with these Services on a node, or surprises people. Sorted by severity, worst first; then by code,
 * service port and message (bytewise); none twice. An index of the cluster is made once for a context.
 */
export function findingsOf(context: ExplainContext, services: readonly Service[]): readonly Finding[] {
	const index = clusterIndex(context);
	const subjects = services.map((service) => subjectOf(index, service));
	const found = [
		...context.nodes.flatMap((node) => NODE_FINDERS.flatMap((find) => find(node, subjects))),
		...subjects.flatMap((subject) => FINDERS.flatMap((find) => find(subject))),
		...subjects.flatMap((subject) =>
			subject.ports.flatMap((view) => PORT_FINDERS.flatMap((find) => find(view, subject))),
		),
	];
	const byKey = new Map(found.map((one) => [sortKey(one), one]));
	return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function sortKey({ severity, code, servicePort, message }: Finding): string {
	return [SEVERITIES.indexOf(severity), code, servicePort ?? "", message].join("\n");
}
