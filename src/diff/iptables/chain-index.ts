import { groupedOf, inListedOrder, lazyTable, type RuleGroup } from "../../lang/iptables/grouped-table.ts";
import { type Chain, type Rule, rulesByChain, type Table } from "../../lang/iptables/ruleset.ts";
import { type CommonGroups, commonGroups } from "./common-groups.ts";

/** A table, ready to be asked. */
export interface TableIndex {
	readonly name: string;
	/** Rules of every chain, in order; a chain without rules has an empty list. */
	readonly chains: ReadonlyMap<string, readonly Rule[]>;
	/** Policies of built-in chains. */
	readonly policies: ReadonlyMap<string, NonNullable<Chain["policy"]>>;
	/** Further chains, with the same rules on both sides of a comparison; undefined: there are none. */
	readonly common: CommonGroups | undefined;
	/** Groups whose chains are listed while those of `common` are not. */
	readonly groups: readonly RuleGroup[];
}

/** Tables by name. */
export type Tables = ReadonlyMap<string, TableIndex>;

/** Groups the rules of tables by chain. Two tables of one name count as one. */
export function indexTables(tables: readonly Table[]): Tables {
	return new Map(tables.map((table) => [table.name, indexTable(table.name, table.chains, rulesByChain(table))]));
}

/** The tables of both sides, where chains of groups that both have are only looked up, and not listed. */
export function indexSides(old: readonly Table[], current: readonly Table[]): readonly [old: Tables, current: Tables] {
	const common = commonGroups(old, current);
	const index = (tables: readonly Table[], side: 0 | 1): Tables =>
		new Map(tables.map((table) => [table.name, indexWithout(table, common.get(table.name), side)]));
	return [index(old, 0), index(current, 1)];
}

function indexWithout(table: Table, common: CommonGroups | undefined, side: 0 | 1): TableIndex {
	const grouped = groupedOf(table);
	if (grouped === undefined || common === undefined) return indexTable(table.name, table.chains, rulesByChain(table));
	const others = common.others[side];
	const own = { chains: others.flatMap(({ chains }) => chains), rules: others.flatMap(({ rules }) => rules) };
	const [byChain, chains] = [rulesByChain(own), inListedOrder([...grouped.chains, ...own.chains])];
	const rules = new Map(chains.map(({ name }) => [name, grouped.shared.get(name) ?? byChain.get(name) ?? []]));
	return { ...indexTable(table.name, chains, rules), common, groups: others };
}

function indexTable(name: string, listed: readonly Chain[], chains: TableIndex["chains"]): TableIndex {
	const policies = listed.flatMap(({ name: chain, policy }) =>
		policy === undefined ? [] : [[chain, policy] as const],
	);
	return { name, chains, policies: new Map(policies), common: undefined, groups: [] };
}

/** A table again, without the chains that are not listed. */
export function listedTable({ name, chains, policies }: TableIndex): Table {
	const asChain = (chain: string): Chain => {
		const policy = policies.get(chain);
		return policy === undefined ? { name: chain } : { name: chain, policy };
	};
	return lazyTable(name, {
		chains: () => [...chains.keys()].map(asChain),
		rules: () => [...chains.values()].flat(),
	});
}

/** The rules of a chain; undefined when there is no such table or chain. */
export function findRules(tables: Tables, table: string, chain: string): readonly Rule[] | undefined {
	const index = tables.get(table);
	return index?.chains.get(chain) ?? index?.common?.rulesOf(chain);
}

/** The rules of a chain; none when there is no such table or chain. */
export function rulesIn(tables: Tables, table: string, chain: string): readonly Rule[] {
	return findRules(tables, table, chain) ?? [];
}

/**
 * The rules of a chain that everybody shares, but of groups that both sides have only if one of `wanted` might have some there.
 *
 * @param wanted whose rules are asked for
 */
export function rulesOfSome(
	tables: Tables,
	table: string,
	chain: string,
	wanted: ReadonlySet<string>,
): readonly Rule[] {
	const { common, groups = [] } = tables.get(table) ?? {};
	if (common === undefined || [...wanted].some(common.mayHave)) return rulesIn(tables, table, chain);
	return groups.flatMap(({ dispatch }) => dispatch.filter((rule) => rule.chain === chain));
}

/** The chain a rule hands the packet to; undefined when to none. */
export function calledChain({ target }: Rule): string | undefined {
	return target?.kind === "jump" || target?.kind === "goto" ? target.chain : undefined;
}
