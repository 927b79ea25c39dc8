import { type Chain, type Rule, type Ruleset, rulesByChain, type Table } from "../../lang/iptables/ruleset.ts";
import { hostPort, parseIP } from "../../net/ip.ts";
import { CANARY } from "./jumps.ts";
import type { IptablesRules } from "./rules.ts";

/** Built-in chains of the tables kube-proxy uses, in the order of hooks; tables in the order of iptables-save (nft). */
const BUILT_IN = {
	mangle: ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
	filter: ["INPUT", "FORWARD", "OUTPUT"],
	nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
} as const;

/**
 * All rules of a node after a first sync on a clean host: built-in chains with their jumps, canaries, and what was
 * restored. This is what iptables-save prints, and what packets meet.
 *
 * Source: spec section 14.1.
 */
export function installedRuleset(rules: IptablesRules): Ruleset {
	const tables = Object.entries(BUILT_IN).map(([name, builtIn]) => installedTable(name, builtIn, rules));
	return { family: rules.family, tables };
}

function installedTable(name: string, builtIn: readonly string[], rules: IptablesRules): Table {
	const restored = rules.restore.tables.find((table) => table.name === name);
	const jumps = rules.jumps.filter(({ table }) => table === name);
	const names = [
		...(restored?.chains ?? []).map((chain) => chain.name),
		...jumps.map(({ chain }) => chain),
		...(rules.canaryTables.includes(name) ? [CANARY] : []),
	];
	const chains: Chain[] = builtIn.map((chain) => ({ name: chain, policy: "ACCEPT" as const }));
	chains.push(...[...new Set(names)].sort(bytewise).map((chain) => ({ name: chain })));
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
