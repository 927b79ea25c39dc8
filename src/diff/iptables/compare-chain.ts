import { canonicalRule, isUnsteady } from "../../lang/iptables/canonical.ts";
import { onlyHost, onlyPort } from "../../lang/iptables/only-match.ts";
import type { Rule } from "../../lang/iptables/ruleset.ts";
import { sameRule } from "../../lang/iptables/same-rule.ts";
import { compareLists, type Keyed } from "../lists/compare-lists.ts";
import { groupBy } from "../lists/group-by.ts";
import { withoutCommonEnds } from "./common-ends.ts";
import { commute, type RulesOf } from "./commute.ts";
import { isIdle, ruleKey } from "./rule-key.ts";

/** How the rules of one chain differ; rules as they were, not canonical. */
export interface ChainDifference {
	readonly removed: readonly Rule[];
	readonly added: readonly Rule[];
	/** In both, but at another place, and that matters. In the order of the new chain. */
	readonly moved: readonly Rule[];
}

/** A rule of one of the chains. */
interface Entry extends Keyed {
	readonly rule: Rule;
	readonly canonical: Rule;
}

/**
 * Compares two chains by effect: rules that can never match the same packet may stand in any order, comments do not
 * count, and neither does the copy of a rule that takes every packet before the copy could. Undefined: no difference.
 *
 * @param rulesOf the canonical rules of chains that rules here jump to; whether order matters may depend on them
 */
export function compareChain(
	before: readonly Rule[],
	after: readonly Rule[],
	rulesOf: RulesOf,
): ChainDifference | undefined {
	if (sameRules(before, after)) return undefined;
	const [old, current] = withoutCommonEnds(before, after);
	return compareAll(old, current, rulesOf);
}

/** The same with every rule looked at. */
export function compareAll(
	before: readonly Rule[],
	after: readonly Rule[],
	rulesOf: RulesOf,
): ChainDifference | undefined {
	const [old, current] = [entries(before), entries(after)];
	const commuting = (a: Entry, b: Entry): boolean => commute(a.canonical, b.canonical, rulesOf);
	const { removed, added, moved } = compareLists(old, current, commuting, neighbours);
	if (removed.length + added.length + moved.length === 0) return undefined;
	const rules = (list: readonly Entry[]): readonly Rule[] => list.map(({ rule }) => rule);
	return { removed: rules(removed), added: rules(added), moved: rules(moved) };
}

/** Whether two chains have the same rules in the same order, as data. */
export function sameRules(before: readonly Rule[], after: readonly Rule[]): boolean {
	if (before.length !== after.length) return false;
	for (let index = 0; index < before.length; index++) {
		const [rule, other] = [before[index], after[index]];
		if (rule === other) continue;
		if (rule === undefined || other === undefined || !sameRule(rule, other)) return false;
	}
	return true;
}

/** Without copies of rules that leave nothing for them. */
function entries(rules: readonly Rule[]): readonly Entry[] {
	const ended = new Set<string>();
	const found: Entry[] = [];
	for (const rule of rules) {
		const canonical = canonicalRule(rule);
		const key = ruleKey(canonical);
		if (ended.has(key) || isRepeated(found.at(-1), rule, key)) continue;
		if (takesAll(canonical)) ended.add(key);
		found.push({ rule, canonical, key });
	}
	return found;
}

const FINAL: readonly string[] = ["accept", "drop", "reject", "return", "dnat", "masquerade", "goto"];

/** Whether no packet that matches a rule ever comes to the next one, and it matches the same packets every time. */
function takesAll(rule: Rule): boolean {
	return !rule.matches.some(isUnsteady) && rule.target !== undefined && FINAL.includes(rule.target.kind);
}

/** Whether a rule is the same as the one before, its comments too, and does nothing more. */
function isRepeated(before: Entry | undefined, rule: Rule, key: string): boolean {
	return before?.key === key && commentsOf(before.rule) === commentsOf(rule) && isIdle(before.canonical);
}

function commentsOf({ matches }: Rule): string {
	return matches.map((match) => (match.kind === "comment" ? match.text : "")).join("\n");
}

/**
 * For each entry, the indexes of those that might match the same packets, judged by destination address and port alone:
 * in a chain with tens of thousands of addresses these are few.
 */
function neighbours(list: readonly Entry[]): (index: number) => readonly number[] {
	const addresses = list.map(({ canonical }) => onlyHost(canonical) ?? ANY);
	const ports = list.map(({ canonical }) => onlyPort(canonical) ?? ANY);
	const all = list.map((_, index) => index);
	const byBoth = groupBy(all, (index) => `${addresses[index]} ${ports[index]}`);
	const byAddress = groupBy(all, (index) => addresses[index] ?? ANY);
	const byPort = groupBy(all, (index) => ports[index] ?? ANY);
	const pick = (groups: ReadonlyMap<string, readonly number[]>, key: string): readonly number[] =>
		groups.get(key) ?? [];
	return (index) => {
		const [address = ANY, port = ANY] = [addresses[index], ports[index]];
		if (address === ANY && port === ANY) return all;
		if (address === ANY) return [...pick(byPort, port), ...pick(byPort, ANY)];
		if (port === ANY) return [...pick(byAddress, address), ...pick(byAddress, ANY)];
		return [`${address} ${port}`, `${ANY} ${port}`, `${address} ${ANY}`, `${ANY} ${ANY}`].flatMap((key) =>
			pick(byBoth, key),
		);
	};
}

const ANY = "*";
