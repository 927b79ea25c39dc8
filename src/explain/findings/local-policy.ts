import { list } from "../../diff/words.ts";
import type { Endpoint } from "../../model/endpoint.ts";
import type { ServicePort } from "../../model/service-port.ts";
import { hostPort } from "../../net/ip.ts";
import type { Finding } from "../finding.ts";
import { isIpvs } from "../node-addresses.ts";
import type { PortView } from "./port-view.ts";
import { finding, type PortFinder } from "./subject.ts";
import { endpointList, names, shown, verb } from "./words.ts";

/** Policy Local without an endpoint on this node. */
export const localPolicy: PortFinder = (view) => {
	const { port } = view;
	if (!port.selection.hasEndpoints) return [];
	const frontends = externalFrontends(port);
	const isExternal = port.external.policy === "Local" && frontends.length > 0 && port.external.endpoints.length === 0;
	const isInternal = port.internal.policy === "Local" && port.internal.endpoints.length === 0;
	const found: Finding[] = [];
	if (isExternal) found.push(nothingLocal(view, "externalTrafficPolicy", outside(view, frontends)));
	if (isInternal) found.push(nothingLocal(view, "internalTrafficPolicy", inside(view)));
	return found;
};

function nothingLocal({ node, port, where }: PortView, field: string, result: string): Finding {
	const message = `Expected an endpoint of ${port.name}${where} on node ${node.model.node.name} because of ${field} Local, found none: ${result}. ${elsewhere(port)}.`;
	return finding("LOCAL_POLICY_NO_ENDPOINT", "warning", message, port);
}

function externalFrontends({ externalIPs, loadBalancerIPs, nodePort, port }: ServicePort): readonly string[] {
	const ips = [...new Set([...externalIPs, ...loadBalancerIPs])];
	return [...ips.map((ip) => hostPort(ip, port)), ...(nodePort === 0 ? [] : [`node port ${nodePort}`])];
}

/** Source: iptables spec, section 13, items 3 and 5; IPVS spec, section 8.4. */
function outside({ node, port }: PortView, frontends: readonly string[]): string {
	const check =
		port.healthCheckNodePort === 0
			? ""
			: `; the health check at port ${port.healthCheckNodePort} tells balancers not to send any`;
	return isIpvs(node)
		? `in IPVS mode connections to ${list(frontends)} go to other nodes without masquerading, and clients outside usually get no answer${check}`
		: `connections from outside to ${list(frontends)} are dropped here${check}`;
}

/** Source: iptables spec, section 13, item 6; IPVS spec, section 8.4. */
function inside({ node, port }: PortView): string {
	const frontend = `cluster IP ${hostPort(port.clusterIP, port.port)}`;
	if (!isIpvs(node)) return `connections from this node to ${frontend} are dropped`;
	return port.selection.cluster.length > 0
		? `in IPVS mode connections to ${frontend} go to other nodes all the same`
		: `connections from this node to ${frontend} are refused`;
}

function elsewhere({ endpoints }: ServicePort): string {
	const nodes = endpoints.filter(isUsable).flatMap(({ nodeName }) => nodeName || []);
	return nodes.length === 0
		? "No endpoint that can serve says on which node it is"
		: `Endpoints that can serve are on ${names(nodes)}`;
}

function isUsable({ isReady, isServing, isTerminating }: Endpoint): boolean {
	return isReady || (isServing && isTerminating);
}

function isLocal(port: ServicePort): boolean {
	const isExternal = port.external.policy === "Local" && externalFrontends(port).length > 0;
	return isExternal || port.internal.policy === "Local";
}

/** Endpoints that are on no node are local nowhere. */
export const endpointsWithoutNode: PortFinder = ({ port, where }) => {
	if (!isLocal(port)) return [];
	const homeless = port.endpoints.filter((endpoint) => isUsable(endpoint) && !endpoint.nodeName);
	if (homeless.length === 0) return [];
	const message = `Expected a nodeName at every endpoint of ${port.name}${where} because of traffic policy Local, found none at ${endpointList(homeless)}: ${verb(homeless.length, "it is", "they are")} local on no node. Set nodeName in the slice, or use policy Cluster.`;
	return [finding("ENDPOINT_WITHOUT_NODE", "warning", message, port)];
};

/** Endpoints on a node that is not there. With several such nodes it is rather Nodes that the snapshot lacks. */
export const endpointsOnStrangeNode: PortFinder = ({ port, where }, { index }) => {
	const [strange, ...others] = index.strangeNodeNames;
	if (strange === undefined || others.length > 0 || index.nodeNames.size === 0) return [];
	const lost = port.endpoints.filter((endpoint) => isUsable(endpoint) && endpoint.nodeName === strange);
	if (lost.length === 0) return [];
	const effect = isLocal(port)
		? `with traffic policy Local ${verb(lost.length, "it is", "they are")} local on no Node`
		: "either the Node is gone, or the name is misspelt, or the Node is missing in the input";
	const message = `Expected nodeName of endpoints of ${port.name}${where} to be that of a Node, found ${shown(strange)} at ${endpointList(lost)}: ${effect}. Correct nodeName in the slice, or add the Node.`;
	return [finding("ENDPOINT_NODE_UNKNOWN", isLocal(port) ? "warning" : "info", message, port)];
};
