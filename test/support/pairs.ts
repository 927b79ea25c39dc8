import { buildIptables } from "../../src/backend/iptables/build.ts";
import { buildIpvs } from "../../src/backend/ipvs/build.ts";
import { buildNftables } from "../../src/backend/nftables/build.ts";
import type { Model } from "../../src/index.ts";
import type { Rule } from "../../src/lang/iptables/ruleset.ts";
import { rulesByChain } from "../../src/lang/iptables/ruleset.ts";
import { wholeRuleset } from "../../src/lang/iptables/ruleset-source.ts";
import type { VirtualServer } from "../../src/lang/ipvs/table.ts";
import { applyTransaction } from "../../src/lang/nft/apply-transaction.ts";
import { calledByElement, calledByRule } from "../../src/lang/nft/references.ts";
import type { Rule as NftRule } from "../../src/lang/nft/table.ts";
import { contains } from "../../src/net/cidr.ts";
import { familyOf, hostPort, isLoopback } from "../../src/net/ip.ts";

/** `tcp 10.96.0.1:80 -> 10.244.1.5:8080`; a node port stands for all addresses it answers on: `tcp node:30080`. */
export type Pair = string;

/** Who serves what a client outside the cluster dials, by the rules of the iptables mode. Read from the rules alone. */
export function iptablesPairs(model: Model): ReadonlySet<Pair> {
	const nat = wholeRuleset(buildIptables(model).restore).tables.find(({ name }) => name === "nat");
	const chains = nat === undefined ? new Map<string, readonly Rule[]>() : rulesByChain(nat);
	const services = chains.get("KUBE-SERVICES") ?? [];
	const isServed = services.some(({ target }) => target?.kind === "jump" && target.chain === "KUBE-NODEPORTS");
	const dispatched = [...services, ...(isServed ? (chains.get("KUBE-NODEPORTS") ?? []) : [])];
	return new Set(dispatched.flatMap((rule) => pairsOf(rule, chains)));
}

function pairsOf(rule: Rule, chains: ReadonlyMap<string, readonly Rule[]>): readonly Pair[] {
	const ports = rule.matches.find(({ kind }) => kind === "ports");
	if (ports?.kind !== "ports" || rule.target?.kind !== "jump") return [];
	const address = rule.chain === "KUBE-NODEPORTS" ? "node" : rule.destination?.address;
	const endpoints = endpointsBelow(rule.target.chain, chains);
	return endpoints.map((endpoint) => `${ports.protocol} ${address}:${ports.destinationPort} -> ${endpoint}`);
}

/** Where a chain can lead a client from outside: short circuits are for pods and the node only. */
function endpointsBelow(chain: string, chains: ReadonlyMap<string, readonly Rule[]>): readonly string[] {
	const rules = (chains.get(chain) ?? []).filter(({ origin }) => origin?.reason !== "short-circuit");
	return rules.flatMap(({ target }) => {
		if (target?.kind === "dnat") return target.to;
		return target?.kind === "jump" ? endpointsBelow(target.chain, chains) : [];
	});
}

/** The same by the tables of the IPVS mode. A node port counts when it is there on every address it should be on. */
export function ipvsPairs(model: Model): ReadonlySet<Pair> {
	const { virtualServers } = buildIpvs(model).table;
	const nodePorts = virtualServers.filter(({ origin }) => origin?.reason === "node-port");
	const others = virtualServers.filter((server) => !nodePorts.includes(server));
	const keys = [...new Set(nodePorts.map(({ protocol, port }) => `${protocol} ${port}`))];
	return new Set([
		...others.flatMap((server) => pairsOfServer(server, server.ip)),
		...keys.flatMap((key) => nodePortPairs(key, nodePorts, model)),
	]);
}

function nodePortPairs(key: string, nodePorts: readonly VirtualServer[], model: Model): readonly Pair[] {
	const own = nodePorts.filter(({ protocol, port }) => `${protocol} ${port}` === key);
	const [first = [], ...rest] = own.map((server) => pairsOfServer(server, "node"));
	const isEverywhere =
		own
			.map(({ ip }) => ip)
			.sort()
			.join() === nodeAddresses(model).sort().join();
	const isEqual = rest.every((pairs) => pairs.join() === first.join());
	return isEverywhere && isEqual ? first : [`${key} is not the same on all addresses of the node`];
}

function pairsOfServer({ protocol, port, realServers }: VirtualServer, address: string): readonly Pair[] {
	return realServers.map((real) => `${protocol} ${address}:${port} -> ${hostPort(real.ip, real.port)}`);
}

/** Where node ports should answer, worked out here once more: the node's addresses that the configuration covers. */
function nodeAddresses({ node, family, config: { nodePortAddresses: wanted } }: Model): string[] {
	const own = node.interfaceIPs.filter((ip) => familyOf(ip) === family && !isLoopback(ip));
	if (wanted === "primary") return own.filter((ip) => ip === node.ips.find((one) => familyOf(one) === family));
	const cidrs = wanted.flatMap(({ cidr }) => (cidr.family === family ? [cidr] : []));
	return cidrs.length === 0 ? own : own.filter((ip) => cidrs.some((cidr) => contains(cidr, ip)));
}

/** The same by the maps and chains of the nftables mode. */
export function nftablesPairs(model: Model): ReadonlySet<Pair> {
	const [table] = applyTransaction(buildNftables(model).transaction);
	const chains = new Map(table?.chains.map(({ name, rules }) => [name, rules]));
	const maps = (table?.sets ?? []).filter(({ name }) => name === "service-ips" || name === "service-nodeports");
	const pairs = maps.flatMap(({ elements }) =>
		elements.flatMap((element) => {
			const [ip = "", protocol = "", port = ""] = element.key.length === 2 ? ["node", ...element.key] : element.key;
			const endpoints = nftEndpointsBelow(calledByElement(element) ?? "", chains);
			return endpoints.map((endpoint) => `${protocol} ${ip}:${port} -> ${endpoint}`);
		}),
	);
	return new Set(pairs);
}

function nftEndpointsBelow(chain: string, chains: ReadonlyMap<string, readonly NftRule[]>): readonly string[] {
	const rules = (chains.get(chain) ?? []).filter(({ origin }) => origin?.reason !== "short-circuit");
	return rules.flatMap((rule) => [
		...rule.statements.flatMap((statement) => {
			if (statement.kind === "dnat") return statement.to;
			if (statement.kind !== "dnat-map") return [];
			return statement.entries.map(({ ip, port }) => hostPort(ip, port));
		}),
		...calledByRule(rule).flatMap((name) => nftEndpointsBelow(name, chains)),
	]);
}
