import { groupBy } from "../../diff/lists/group-by.ts";
import { list, plural } from "../../diff/words.ts";
import type { Finding } from "../finding.ts";
import type { PortView } from "./port-view.ts";
import { type Finder, finding, type Subject } from "./subject.ts";

/**
 * The health check for outside balancers. kube-proxy counts addresses on this node that are ready, of all ports of the
 * Service together; endpoints that are being stopped do not count.
 *
 * Source: iptables spec, section 9.7.
 */
export const healthCheck: Finder = (subject) => {
	const checked = subject.ports.filter(({ port }) => port.healthCheckNodePort !== 0);
	const byNode = groupBy(checked, ({ node }) => node.model.family);
	return [...byNode.values()].flatMap((views) => [...answer(views, subject), ...conflicts(views, subject)]);
};

function answer(views: readonly PortView[], { name }: Subject): readonly Finding[] {
	const [first] = views;
	if (first === undefined) return [];
	const { node, port, where } = first;
	const ready = views.flatMap((view) => view.port.endpoints.filter(({ isLocal, isReady }) => isLocal && isReady));
	const count = new Set(ready.map(({ canonicalIP }) => canonicalIP)).size;
	const result = count > 0 ? "it passes" : "it fails, and balancers should send nothing here";
	const message = `Outside balancers check Service ${name}${where} by HTTP at port ${port.healthCheckNodePort} of each node. Node ${node.model.node.name} has ${plural(count, "ready endpoint")} of it, so ${result}.`;
	return [finding("HEALTH_CHECK_NODE_PORT", "info", message)];
}

function conflicts(views: readonly PortView[], { name, index }: Subject): readonly Finding[] {
	const [first] = views;
	if (first === undefined) return [];
	const { node, port } = first;
	const number = port.healthCheckNodePort;
	const claims = index.claims.get(node);
	const services = claims?.healthChecks.get(number) ?? [];
	// What is not translated gets to the listener: the rule that accepts health checks comes before those that refuse.
	const nodePorts = claims?.takers(number) ?? [];
	const found: Finding[] = [];
	if (services.length > 1) {
		const message = `Expected health-check node port ${number} of Service ${name} to be its own, found it at ${services.length} Services (${list(services)}): only one of them can listen there, so balancers ask the wrong one. Give each its own healthCheckNodePort.`;
		found.push(finding("HEALTH_CHECK_PORT_CONFLICT", "error", message));
	}
	if (nodePorts.length > 0) {
		const message = `Expected health-check node port ${number} of Service ${name} to be free, found it as node port of ${list(nodePorts)}: health checks go to that Service's endpoints. Change one of the numbers.`;
		found.push(finding("HEALTH_CHECK_PORT_CONFLICT", "error", message));
	}
	return found;
}
