import type { Rule, Table } from "../lang/iptables/ruleset.ts";

/** A rule and its place in its chain, from 1. */
export interface NumberedRule {
	readonly rule: Rule;
	readonly number: number;
}

/** Some rules of a table, in its order. Only chains that have one are counted through: a table may have a million rules. */
export function numberedRules({ rules }: Table, isWanted: (rule: Rule) => boolean): readonly NumberedRule[] {
	const wanted = new Set(rules.filter(isWanted));
	const counts = new Map([...wanted].map(({ chain }) => [chain, 0]));
	const found: NumberedRule[] = [];
	for (const rule of rules) {
		const before = counts.get(rule.chain);
		if (before === undefined) continue;
		counts.set(rule.chain, before + 1);
		if (wanted.has(rule)) found.push({ rule, number: before + 1 });
	}
	return found;
}
