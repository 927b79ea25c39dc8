import { isServiceChain } from "../kube/chains.ts";
import { entryTexts } from "../lang/ipset/print.ts";
import type { IpSet } from "../lang/ipset/set.ts";
import type { Rule, Table } from "../lang/iptables/ruleset.ts";
import type { VirtualServer } from "../lang/ipvs/table.ts";
import { type Family, hostPort } from "../net/ip.ts";
import { purposeOf } from "./chain-purpose.ts";
import type { NodeInFamily } from "./context.ts";
import type { PortInFamily } from "./endpoint-rows.ts";
import { nftChainsOf } from "./nft-owned.ts";
import { numberedRules } from "./numbered.ts";
import type { OwnedChain } from "./owned-chain.ts";
import { type RuleText, ruleTexts } from "./rule-text.ts";

/** A virtual server of the IPVS mode. */
export interface OwnedServer {
	readonly family: Family;
	readonly servicePort: string;
	readonly server: VirtualServer;
}

/** An entry of a set of the IPVS mode. */
export interface OwnedEntry {
	readonly family: Family;
	readonly set: string;
	/** As ipset writes it. */
	readonly entry: string;
}

/**
 * The chains where service ports have rules, family by family and table by table: their own, those of endpoints, those all
 * Services share; each kind in the order of the rules.
 */
export function chainsOf(nodes: readonly NodeInFamily[], servicePorts: ReadonlySet<string>): readonly OwnedChain[] {
	return nodes.flatMap((node) => [
		...(node.state.iptables ?? []).flatMap((table) => chainsIn(node, table, servicePorts)),
		...nftChainsOf(node, servicePorts),
	]);
}

function chainsIn(node: NodeInFamily, table: Table, servicePorts: ReadonlySet<string>): readonly OwnedChain[] {
	const show = ruleTexts(node);
	const found = new Map<string, { readonly first: Rule; readonly rules: RuleText[] }>();
	const isOwn = ({ origin }: Rule): boolean => origin?.subject !== undefined && servicePorts.has(origin.subject);
	for (const { rule, number } of numberedRules(table, isOwn)) {
		const key = `${rule.chain} ${rule.origin?.subject}`;
		const known = found.get(key) ?? { first: rule, rules: [] };
		known.rules.push(show(rule, number));
		found.set(key, known);
	}
	const owned = [...found.values()].map(({ first, rules }): OwnedChain => {
		const isShared = !isServiceChain(first.chain);
		return {
			family: node.state.family,
			table: table.name,
			name: first.chain,
			servicePort: first.origin?.subject ?? "",
			endpoint: first.chain.startsWith("KUBE-SEP-") ? first.origin?.detail : undefined,
			isShared,
			purpose: purposeOf(first.chain),
			rules,
		};
	});
	const rank = ({ isShared, endpoint }: OwnedChain): number => (isShared ? 2 : endpoint === undefined ? 0 : 1);
	return owned.sort((a, b) => rank(a) - rank(b));
}

/** The virtual servers of service ports. */
export function serversOf(nodes: readonly NodeInFamily[], servicePorts: ReadonlySet<string>): readonly OwnedServer[] {
	return nodes.flatMap(({ state }) =>
		(state.virtualServers ?? []).flatMap((server) => {
			const servicePort = server.origin?.subject;
			if (servicePort === undefined || !servicePorts.has(servicePort)) return [];
			return [{ family: state.family, servicePort, server }];
		}),
	);
}

/** The entries of sets that are about service ports: their frontends, their endpoints on this node, their addresses. */
export function entriesOf(ports: readonly PortInFamily[]): readonly OwnedEntry[] {
	const nodes = new Set(ports.map(({ node }) => node));
	return [...nodes].flatMap(({ state }) => {
		const wanted = keysOf(ports.filter(({ node }) => node.state === state));
		return (state.sets ?? []).flatMap((set) => {
			const texts = entryTexts(set);
			const own = set.entries.flatMap((entry, index) => (wanted.has(keyOf(set, entry)) ? (texts[index] ?? []) : []));
			return own.map((entry) => ({ family: state.family, set: set.name, entry }));
		});
	});
}

function keysOf(ports: readonly PortInFamily[]): ReadonlySet<string> {
	const keys = new Set<string>();
	for (const { port, frontends } of ports) {
		for (const { kind, ips, port: number, protocol } of frontends) {
			for (const ip of ips) keys.add(`${hostPort(ip, number)}/${protocol}`);
			if (kind === "node-port") keys.add(`${number}/${protocol}`);
			else for (const ip of ips) keys.add(ip);
		}
		for (const endpoint of port.endpoints)
			keys.add(`${hostPort(endpoint.canonicalIP, endpoint.port)}/${port.protocol}`);
		if (port.healthCheckNodePort !== 0) keys.add(`${port.healthCheckNodePort}/health`);
	}
	return keys;
}

/** Sets of ports are told apart by what they are for: their entries say the number alone. */
function keyOf({ name }: IpSet, entry: IpSet["entries"][number]): string {
	if ("protocol" in entry) return `${hostPort(entry.ip, entry.port)}/${entry.protocol}`;
	if ("ip" in entry) return entry.ip;
	if (name.includes("HEALTH-CHECK")) return `${entry.port}/health`;
	return `${entry.port}/${name.endsWith("UDP") ? "udp" : "tcp"}`;
}
