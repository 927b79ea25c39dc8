import { list } from "../../diff/words.ts";
import type { Model } from "../../model/model.ts";
import { familyOf, isLoopback } from "../../net/ip.ts";
import { isIpvs } from "../node-addresses.ts";
import { finding, type NodeFinder, type PortFinder } from "./subject.ts";
import { familyInWords } from "./words.ts";

/**
 * Without knowing pods, kube-proxy masquerades nothing that goes to cluster IPs, or in IPVS mode next to nothing.
 *
 * Source: iptables spec, sections 5.4 and 6.5; IPVS spec, section 6.5.
 */
export const masqueradeOff: NodeFinder = ({ model }, subjects) => {
	const { config, family, localTraffic, node } = model;
	const isConcerned = subjects.some(({ ports }) => ports.some((view) => view.node.model === model));
	if (localTraffic !== undefined || config.masqueradeAll || !isConcerned) return [];
	const name = familyInWords(family);
	const missing = isByNode(model) ? `podCIDRs of node ${node.name} for ${name}` : `clusterCIDR for ${name}`;
	const message = `Expected ${missing}, found none: connections from outside the cluster to ${name} cluster IPs are not masqueraded on node ${node.name}, so answers of pods on other nodes miss it and get lost. ${adviceFor(model)} if clients outside use cluster IPs.`;
	return [finding("MASQUERADE_OFF", "info", message)];
};

function isByNode({ config }: Model): boolean {
	return config.detectLocal.mode === "NodeCIDR";
}

function adviceFor(model: Model): string {
	return isByNode(model) ? "Set spec.podCIDRs of the Node" : "Set clusterCIDR (--cluster-cidr)";
}

/** Without knowing pods, policy Local holds for them as for clients outside. IPVS mode never tells them apart. */
export const shortCircuitOff: PortFinder = (view) => {
	const { node, port, where } = view;
	const { external, selection } = port;
	if (node.model.localTraffic !== undefined || isIpvs(node) || external.policy !== "Local") return [];
	const isLess = selection.hasEndpoints && external.endpoints.length < selection.cluster.length;
	if (!port.isExternallyAccessible || !isLess) return [];
	const served =
		external.endpoints.length === 0 ? "are dropped here" : `reach only the ${external.endpoints.length} on this node`;
	const message = `Expected pods of node ${node.model.node.name} to reach all endpoints of ${port.name}${where} by its external addresses, found that pods cannot be told apart without a pod network: they ${served}. ${adviceFor(node.model)}, or let pods use the cluster IP.`;
	return [finding("SHORT_CIRCUIT_OFF", "info", message, port)];
};

/** A node that has no address of a family in which there are Services. */
export const nodeWithoutFamily: NodeFinder = ({ model }, subjects) => {
	const { family, node } = model;
	if (node.interfaceIPs.some((ip) => familyOf(ip) === family && !isLoopback(ip))) return [];
	const views = subjects.flatMap(({ ports }) => ports.filter((view) => view.node.model === model));
	if (views.length === 0) return [];
	const name = familyInWords(family);
	const services = list([...new Set(views.map(({ port }) => `${port.namespace}/${port.service}`))].sort());
	const message = `Expected node ${node.name} to have an ${name} address, because there are ${name} Services (${services}), found none: node ports do not answer at all in that family. Give the node an ${name} address, or name it (--node-ip).`;
	return [finding("NODE_WITHOUT_FAMILY", "warning", message)];
};
