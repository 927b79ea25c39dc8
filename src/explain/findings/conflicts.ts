import { list } from "../../diff/words.ts";
import type { ServicePort } from "../../model/service-port.ts";
import { type IP, isLoopback } from "../../net/ip.ts";
import type { Finding } from "../finding.ts";
import { isIpvs } from "../node-addresses.ts";
import type { Claims } from "./claims.ts";
import { type Contested, type Rank, rankOf } from "./disputes.ts";
import type { PortView } from "./port-view.ts";
import { finding, type PortFinder } from "./subject.ts";
import { address } from "./words.ts";

/** Two service ports on one address, port and protocol. */
export const addressConflicts: PortFinder = (view, { index }) => {
	const claims = index.claims.get(view.node);
	if (claims === undefined) return [];
	const { port } = view;
	const own = [...new Set([port.clusterIP, ...port.externalIPs, ...port.loadBalancerIPs])];
	const addresses = own.map((ip) => atAddress(ip, port.port, port, claims));
	const known = new Set(addresses.map(({ what }) => what));
	const nodePorts = placesOfNodePort(port, claims).filter(({ what }) => !known.has(what));
	return [
		...addresses.flatMap((one) => conflict(view, "address", one, claims)),
		...nodePorts.flatMap((one) => conflict(view, "node-port", one, claims)),
	];
};

function atAddress(ip: IP, number: number, { protocol }: ServicePort, claims: Claims): Contested {
	return { what: address(ip, number, protocol), ip, number, protocol, claims: claims.at(ip, number, protocol) };
}

/** The node port itself, and addresses of the node where others want more than a node port. */
function placesOfNodePort(port: ServicePort, claims: Claims): readonly Contested[] {
	const { nodePort, protocol } = port;
	if (nodePort === 0) return [];
	const onNode = claims.nodePortIPs.map((ip) => atAddress(ip, nodePort, port, claims));
	const everywhere = {
		what: `node port ${nodePort}/${protocol}`,
		ip: claims.nodePortIPs.find((ip) => !isLoopback(ip)) ?? claims.nodePortIPs[0],
		number: nodePort,
		protocol,
		claims: claims.atNodePort(nodePort, protocol),
	};
	// Node ports come last, so the first claim tells.
	const isMixed = ({ claims: [first] }: Contested): boolean => first !== undefined && rankOf(first) === "address";
	return [everywhere, ...onNode.filter(isMixed)];
}

/**
 * Who wins is chance where several have rules of one rank. In iptables mode a Service that only refuses or drops does so
 * behind those that serve; in IPVS mode the later virtual server replaces the earlier one.
 */
function conflict({ node, port }: PortView, rank: Rank, contested: Contested, claims: Claims): readonly Finding[] {
	const dispute = claims.settle(contested);
	if (dispute === undefined) return [];
	const { owners, serving, message } = dispute;
	const isChance = isIpvs(node) || (serving[rank].has(port.name) && serving[rank].size > 1);
	const isSafe = !isChance && owners.length === 1 && owners[0] === port.name;
	const text = `${message}${isChance ? CHANCE : ""} Give one of them another address or port.`;
	return [finding("ADDRESS_CONFLICT", isSafe ? "warning" : "error", text, port)];
}

const CHANCE = " kube-proxy orders Services at random, so another node may decide otherwise.";

/** An external or load-balancer IP that is something else too. */
export const externalAddresses: PortFinder = (view, { index, name }) => {
	const { port } = view;
	const claims = index.claims.get(view.node)?.at;
	const ips = [...new Set([...port.externalIPs, ...port.loadBalancerIPs])];
	return ips.flatMap((ip) => {
		const others = ip === port.clusterIP ? [] : (index.clusterIPs.get(ip) ?? []);
		const node = index.nodeIPs.get(ip);
		const found: Finding[] = [];
		const isContested = claims?.(ip, port.port, port.protocol).some((claim) => claim.port.name !== port.name) === true;
		if (others.length > 0 && !isContested) {
			const message = `Expected ${ip} of ${port.name} to be an address outside, found the cluster IP of ${list(others)}: port ${port.port} of that cluster IP now belongs to ${name}. Take another address.`;
			found.push(finding("EXTERNAL_IP_IS_CLUSTER_IP", "warning", message, port));
		}
		if (node !== undefined) {
			const message = `${ip} of ${port.name} is an address of node ${node}: connections to its port ${port.port}/${port.protocol} go to the Service, not to a process on that node.`;
			found.push(finding("EXTERNAL_IP_IS_NODE", "info", message, port));
		}
		return found;
	});
};
