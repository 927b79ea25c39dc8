import { list } from "../../diff/words.ts";
import type { Endpoint } from "../../model/endpoint.ts";
import type { ServicePort } from "../../model/service-port.ts";
import type { Finding } from "../finding.ts";
import { isNftables } from "../node-addresses.ts";
import type { ClusterIndex } from "./cluster-index.ts";
import { finding, type PortFinder } from "./subject.ts";
import { endpointList } from "./words.ts";

/** A packet is translated once: what is sent to a cluster IP stays there, and nobody answers. The nftables mode refuses it. */
export const endpointsAtClusterIPs: PortFinder = ({ node, port, where }, { index }) => {
	const used = port.selection.reachable.filter(({ canonicalIP }) => index.clusterIPs.has(canonicalIP));
	if (used.length === 0) return [];
	const services = used.flatMap(({ canonicalIP }) => [...(index.clusterIPs.get(canonicalIP) ?? [])]);
	const message = `Expected endpoints of ${port.name}${where} to be pods or hosts, found ${endpointList(used)}, the cluster IP of ${list([...new Set(services)].sort())}: a packet is translated only once, so its connections ${isNftables(node) ? "are refused" : "get no answer"}. Put the addresses of that Service's endpoints into the slice.`;
	return [finding("ENDPOINT_IS_CLUSTER_IP", "error", message, port)];
};

/**
 * A packet that goes to an external address of another Service is not translated again on this node: it leaves for
 * whoever has that address.
 */
export const endpointsAtExternalIPs: PortFinder = ({ port, where }, { index }) => {
	const trapped = port.selection.reachable
		.map((endpoint) => ({ endpoint, owners: ownersOf(endpoint, port, index) }))
		.filter(({ owners }) => owners.length > 0);
	if (trapped.length === 0) return [];
	const endpoints = trapped.map(({ endpoint }) => endpoint);
	const services = [...new Set(trapped.flatMap(({ owners }) => owners))].sort();
	const message = `Expected endpoints of ${port.name}${where} to be pods or hosts, found ${endpointList(endpoints)}, an external or load-balancer IP of ${list(services)}: a packet is translated only once, so its connections leave the node for whoever has that address, and get no answer if nobody has. Put the addresses of that Service's endpoints into the slice.`;
	return [finding("ENDPOINT_IS_EXTERNAL_IP", "warning", message, port)];
};

/**
 * Other Services (`shop/web`) whose external address an endpoint has. A Node, or an endpoint that says on which node it
 * is, may have that address too, and is meant then, unless the port is that Service's.
 */
function ownersOf({ canonicalIP, port, nodeName }: Endpoint, own: ServicePort, index: ClusterIndex): readonly string[] {
	const mayBeHost = Boolean(nodeName) || index.nodeIPs.has(canonicalIP);
	return (index.externalIPs.get(canonicalIP) ?? [])
		.filter((one) => one.namespace !== own.namespace || one.service !== own.service)
		.filter((one) => !mayBeHost || (one.port === port && one.protocol === own.protocol))
		.map(({ namespace, service }) => `${namespace}/${service}`);
}

/** 0.0.0.0/8, loopback, link-local and multicast. Addresses are canonical, so their text tells. */
const NOWHERE = /^(?:0|127|169\.254|22[4-9]|23\d)\.|^::1?$|^fe[89ab][0-9a-f]:|^ff[0-9a-f]{2}:/;

/** Addresses that other hosts cannot be reached at; an API server refuses them in slices. */
export const endpointsNowhere: PortFinder = ({ port, where }) => {
	const used = port.selection.reachable.filter(({ canonicalIP }) => NOWHERE.test(canonicalIP));
	if (used.length === 0) return [];
	const message = `Expected endpoints of ${port.name}${where} to have addresses that can be reached, found ${endpointList(used)}: loopback, link-local, multicast and unspecified addresses get no connections. Correct the slice.`;
	return [finding("ENDPOINT_NOT_ROUTABLE", "error", message, port)];
};

/** Copies of an endpoint that do not agree: which of them counts is chance, because kube-proxy reads slices in random order. */
export const duplicateEndpoints: PortFinder = ({ port, where }): readonly Finding[] => {
	if (port.duplicates.length === 0) return [];
	const winners = new Map(port.endpoints.map((endpoint) => [endpoint.address, endpoint]));
	const odd = port.duplicates.filter((copy) => {
		const winner = winners.get(copy.address);
		return winner !== undefined && condition(winner) !== condition(copy);
	});
	if (odd.length === 0) return [];
	const slices = odd.flatMap((copy) => [copy.slice, winners.get(copy.address)?.slice ?? copy.slice]);
	const message = `Expected one condition for each endpoint of ${port.name}${where}, found two for ${list([...new Set(odd.map(({ address }) => address))])} in slices ${list([...new Set(slices)].sort())}: which one a node takes may differ. Correct the slice that is out of date.`;
	return [finding("DUPLICATE_ENDPOINT", "warning", message, port)];
};

function condition({ isReady, isServing, isTerminating, nodeName }: Endpoint): string {
	return JSON.stringify([isReady, isServing, isTerminating, nodeName]);
}
