import type { Dispatch } from "../../lang/iptables/dispatch-lists.ts";
import { type Grouped, groupedTable, inListedOrder, partsOf } from "../../lang/iptables/grouped-table.ts";
import { type Rule, type Ruleset, rulesByChain, type Table, type TablePart } from "../../lang/iptables/ruleset.ts";
import { type TableSource, wholeTable } from "../../lang/iptables/ruleset-source.ts";
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
	const sourceOf = (name: TableName) => rules.restore.tables.find((table) => table.name === name);
	return { family: rules.family, tables: tablesOf(rules).map((name) => installedTable(name, rules, sourceOf(name))) };
}

/** A table that is restored, as rules that are there already and are spelled as the kernel does. */
export interface KeptTable extends Grouped {
	readonly name: string;
	/** The rules of the groups in chains that they share, by chain. */
	readonly lists: Dispatch["lists"];
}

/** The same tables of rules that are kept: they know what belongs together, and are put together when somebody reads them. */
export function installedTables(rules: Installation, kept: readonly KeptTable[]): readonly Table[] {
	return tablesOf(rules).map((name) => {
		const own = kept.find((table) => table.name === name);
		if (own === undefined) return installedTable(name, rules, undefined);
		const around = surroundings(name, rules);
		const head = {
			chains: [...around.chains, ...own.head.chains],
			rules: [...around.rules, ...own.head.rules],
		};
		const whole = () => installedTable(name, rules, { name, parts: () => partsOf(own) });
		return groupedTable(name, { ...own, head }, own.lists, whole);
	});
}

function tablesOf(rules: Installation): readonly TableName[] {
	const used = new Set<string>([
		...rules.chains.map(({ table }) => table),
		...rules.restore.tables.map(({ name }) => name),
	]);
	return TABLES.filter((name) => used.has(name));
}

/** What there is in a table beside what is restored. */
function surroundings(name: TableName, rules: Installation): TablePart {
	const builtIn = BUILT_IN[name].map((chain) => ({ name: chain, policy: "ACCEPT" as const }));
	const created = rules.chains.filter(({ table }) => table === name).map(({ chain }) => ({ name: chain }));
	const jumps = rules.jumps.filter(({ table }) => table === name);
	return { chains: [...builtIn, ...created], rules: jumps.map(({ rule }) => rule).reverse() };
}

function installedTable(name: TableName, rules: Installation, source: TableSource | undefined): Table {
	const around = surroundings(name, rules);
	const restored = source && wholeTable(source);
	const restoredRules = restored === undefined ? [] : [...rulesByChain(restored).values()].flat();
	const kept = rules.hasAddressesAsWritten ? restoredRules.map(withCanonicalAddresses) : restoredRules;
	const chains = inListedOrder(around.chains.concat(restored?.chains ?? []));
	return { name, chains, rules: [...around.rules, ...kept] };
}

/**
 * A rule with addresses as the kernel prints them. Only those of endpoints can be spelled oddly: the source of a hairpin rule and
 * the destination of a translation.
 */
export function withCanonicalAddresses(rule: Rule): Rule {
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
