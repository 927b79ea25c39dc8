import { buildIptables } from "../../src/backend/iptables/build.ts";
import { buildIpvs } from "../../src/backend/ipvs/build.ts";
import type { Model } from "../../src/index.ts";
import type { Rule } from "../../src/lang/iptables/ruleset.ts";
import { rulesByChain } from "../../src/lang/iptables/ruleset.ts";
import type { IpvsTable } from "../../src/lang/ipvs/table.ts";

/** `tcp 10.96.0.1:80 -> 10.244.1.5:8080`; a node port stands for all addresses it answers on: `tcp node:30080`. */
export type Pair = string;

/** Who serves what a client outside the cluster dials, by the rules of the iptables mode. Read from the rules alone. */
export function iptablesPairs(model: Model): ReadonlySet<Pair> {
	const nat = buildIptables(model).restore.tables.find(({ name }) => name === "nat");
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

/** The same by the tables of the IPVS mode. */
export function ipvsPairs(model: Model): ReadonlySet<Pair> {
	const nodeIPs = new Set<string>(model.node.interfaceIPs);
	return new Set(pairsOfTable(buildIpvs(model).table, nodeIPs));
}

function pairsOfTable({ virtualServers }: IpvsTable, nodeIPs: ReadonlySet<string>): readonly Pair[] {
	return virtualServers.flatMap(({ protocol, ip, port, origin, realServers }) => {
		const address = nodeIPs.has(ip) && origin?.reason === "node-port" ? "node" : ip;
		return realServers.map((real) => `${protocol} ${address}:${port} -> ${real.origin?.detail}`);
	});
}
