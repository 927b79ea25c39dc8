import { type Chain, type Rule, type Ruleset, rulesByChain, type Table } from "../../lang/iptables/ruleset.ts";
import { wholeTable } from "../../lang/iptables/ruleset-source.ts";
import { hostPort, parseIP } from "../../net/ip.ts";
import type { Installation, TableName } from "./installation.ts";

/** Built-in chains of the tables kube-proxy uses, in the order of hooks; tables in the order of iptables-save (nft). */
const BUILT_IN: Readonly<Record<TableName, readonly string[]>> = {
	mangle: ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
	filter: ["INPUT", "FORWARD", "OUTPUT"],
	nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
};

/** In the order of iptables-save (nft). */
const TABLES = ["mangle", "filter", "nat"] as const;

/**
 * All rules of a node after a first sync on a clean host: built-in chains with their jumps, canaries, and what was
 * restored. This is what iptables-save prints, and what packets meet.
 *
 * Source: spec section 14.1.
 */
export function installedRuleset(rules: Installation): Ruleset {
	const used = new Set<string>([
		...rules.chains.map(({ table }) => table),
		...rules.restore.tables.map(({ name }) => name),
	]);
	const tables = TABLES.filter((name) => used.has(name)).map((name) => installedTable(name, rules));
	return { family: rules.family, tables };
}

function installedTable(name: TableName, rules: Installation): Table {
	const source = rules.restore.tables.find((table) => table.name === name);
	const restored = source && wholeTable(source);
	const jumps = rules.jumps.filter(({ table }) => table === name);
	const names = [
		...(restored?.chains ?? []).map((chain) => chain.name),
		...rules.chains.filter(({ table }) => table === name).map(({ chain }) => chain),
	];
	const builtIn: readonly Chain[] = BUILT_IN[name].map((chain) => ({ name: chain, policy: "ACCEPT" as const }));
	const chains = builtIn.concat([...new Set(names)].sort(bytewise).map((chain) => ({ name: chain })));
	const jumpRules = jumps.map(({ rule }) => rule).reverse();
	const restoredRules = restored === undefined ? [] : [...rulesByChain(restored).values()].flat();
	const kept = rules.hasAddressesAsWritten ? restoredRules.map(withCanonicalAddresses) : restoredRules;
	return { name, chains, rules: [...jumpRules, ...kept] };
}

/** Only endpoint addresses can be spelled oddly: the source of a hairpin rule and the destination of a translation. */
function withCanonicalAddresses(rule: Rule): Rule {
	const { source, target } = rule;
	const ip = source === undefined ? undefined : parseIP(source.address);
	const canonicalSource = source === undefined || ip === undefined ? source : { ...source, address: ip };
	const canonicalTarget = target?.kind === "dnat" ? { ...target, to: canonicalHostPort(target.to) } : target;
	return { ...rule, source: canonicalSource, target: canonicalTarget };
}

function canonicalHostPort(text: string): string {
	const [, host = "", port = ""] = /^\[?([^\]]*)\]?:(\d+)$/.exec(text) ?? [];
	const ip = parseIP(host);
	return ip === undefined ? text : hostPort(ip, Number(port));
}

function bytewise(a: string, b: string): number {
	return a < b ? -1 : 1;
}
