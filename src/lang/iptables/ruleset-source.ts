import type { Family } from "../../net/ip.ts";
import type { Chain, Rule, Ruleset, Table, TablePart } from "./ruleset.ts";

/**
 * Rules of one family that are made whenever somebody goes through them. A big cluster has half a million, and who only
 * prints them needs each but for a moment.
 */
export interface RulesetSource {
	readonly family: Family;
	/** In the order of the text. */
	readonly tables: readonly TableSource[];
}

/** One table of them. */
export interface TableSource {
	readonly name: string;
	/** Makes the table part by part, in the order of the text; the same each time. */
	readonly parts: () => Iterable<TablePart>;
}

/** The source of rules that are there already. */
export function sourceOf({ family, tables }: Ruleset): RulesetSource {
	return { family, tables: tables.map((table) => ({ name: table.name, parts: () => [table] })) };
}

/** All rules of a source at once. */
export function wholeRuleset({ family, tables }: RulesetSource): Ruleset {
	return { family, tables: tables.map(wholeTable) };
}

/** All rules of a table at once. */
export function wholeTable({ name, parts }: TableSource): Table {
	const chains: Chain[] = [];
	const rules: Rule[] = [];
	for (const part of parts()) {
		for (const chain of part.chains) chains.push(chain);
		for (const rule of part.rules) rules.push(rule);
	}
	return { name, chains, rules };
}
