import { list } from "../../diff/words.ts";
import { printCIDR } from "../../net/cidr.ts";
import { familyOf, isLoopback } from "../../net/ip.ts";
import { isNftables, nodePortIPs } from "../node-addresses.ts";
import { finding, type NodeFinder, type PortFinder } from "./subject.ts";
import { familyInWords } from "./words.ts";

/** Node ports that nobody outside can reach, because `nodePortAddresses` leaves out every address of the node. */
export const nodePortNowhere: PortFinder = ({ node, port, where }, { index }) => {
	const { family, node: local, config, nodePortAddresses } = node.model;
	if (port.nodePort === 0 || nodePortAddresses.kind === "all") return [];
	const answering = index.claims.get(node)?.nodePortIPs ?? [];
	if (!answering.every(isLoopback)) return [];
	const wanted =
		config.nodePortAddresses === "primary"
			? "primary"
			: list(config.nodePortAddresses.flatMap(({ cidr }) => (cidr.family === family ? printCIDR(cidr) : [])));
	const own = local.interfaceIPs.filter((ip) => familyOf(ip) === family && !isLoopback(ip));
	const has = own.length === 0 ? `no ${familyInWords(family)} address` : list(own);
	const result = answering.length === 0 ? "on no address" : `on ${list(answering)} only`;
	const message = `Expected node port ${port.nodePort} of ${port.name}${where} to answer on an address of node ${local.name} (${has}), found that nodePortAddresses (${wanted}) has none of them: it answers ${result}. Add a network, or name further addresses (--interface).`;
	return [finding("NODE_PORT_NOWHERE", "warning", message, port)];
};

/** In the nftables mode node ports answer in fewer places than people are used to. Source: nftables spec, section 5. */
export const nodePortAddresses: NodeFinder = (node, subjects) => {
	const { family, node: local, config } = node.model;
	const hasNodePort = subjects.some(({ ports }) =>
		ports.some((view) => view.node === node && view.port.nodePort !== 0),
	);
	const answering = nodePortIPs(node);
	if (!isNftables(node) || !hasNodePort || answering.length === 0) return [];
	const silent = local.interfaceIPs.filter((ip) => familyOf(ip) === family && !answering.includes(ip));
	const others = silent.filter((ip) => !isLoopback(ip));
	const never = family === "ipv4" ? "never on 127.0.0.1" : "never on ::1";
	if (others.length === 0 && family === "ipv6") return [];
	const why =
		config.nodePortAddresses === "primary" ? " (nodePortAddresses is primary, the default of the nftables mode)" : "";
	const where = [...(others.length === 0 ? [] : [`not on ${list(others)}`]), never].join(", and ");
	const message = `Node ports answer on ${list(answering)} of node ${local.name}${why}, ${where}.`;
	return [finding("NODE_PORT_ADDRESSES", "info", message)];
};
