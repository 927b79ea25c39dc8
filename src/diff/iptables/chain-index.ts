import type { Rule, Table } from "../../lang/iptables/ruleset.ts";
import { rulesByChain } from "../../lang/iptables/ruleset.ts";

/** A table, ready to be asked. */
export interface TableIndex {
	readonly name: string;
	/** Rules of every chain, in order; a chain without rules has an empty list. */
	readonly chains: ReadonlyMap<string, readonly Rule[]>;
	/** Policies of built-in chains. */
	readonly policies: ReadonlyMap<string, string>;
}

/** Tables by name. */
export type Tables = ReadonlyMap<string, TableIndex>;

/** Groups the rules of tables by chain. Two tables of one name count as one. */
export function indexTables(tables: readonly Table[]): Tables {
	const index = new Map<string, TableIndex>();
	for (const table of tables) {
		const policies = table.chains.flatMap(({ name, policy }) =>
			policy === undefined ? [] : [[name, policy] as const],
		);
		index.set(table.name, { name: table.name, chains: rulesByChain(table), policies: new Map(policies) });
	}
	return index;
}

/** The rules of a chain; none when there is no such table or chain. */
export function rulesIn(tables: Tables, table: string, chain: string): readonly Rule[] {
	return tables.get(table)?.chains.get(chain) ?? [];
}

/** The chain a rule hands the packet to; undefined when to none. */
export function calledChain({ target }: Rule): string | undefined {
	return target?.kind === "jump" || target?.kind === "goto" ? target.chain : undefined;
}
