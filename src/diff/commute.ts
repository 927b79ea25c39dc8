import { hasActingMatch } from "../lang/iptables/canonical.ts";
import { mayOverlap } from "../lang/iptables/overlap.ts";
import type { Rule } from "../lang/iptables/ruleset.ts";
import { sameTarget } from "../lang/iptables/same-rule.ts";

/** The canonical rules of a chain; undefined when there is no such chain. */
export type RulesOf = (chain: string) => readonly Rule[] | undefined;

/** How many rules of chains are looked at before the answer is "it might matter". */
const MOST_RULES = 100_000;

/**
 * Whether two neighbouring rules can change places without any effect: they never match the same packet, or do the same
 * with it, or do things that do not meet. A jump is looked at with the rules of its chain. False when in doubt. Rules
 * have to be canonical.
 */
export function commute(a: Rule, b: Rule, rulesOf: RulesOf): boolean {
	const look = (one: Rule, other: Rule): boolean => commuteWithin(one, other, rulesOf, { rules: MOST_RULES }, 0);
	// Inside a chain it is forgotten what the jump to it says: of two jumps, the other way round may tell.
	return look(a, b) || (isJump(a) && isJump(b) && look(b, a));
}

const DEEPEST = 6;

function commuteWithin(a: Rule, b: Rule, rulesOf: RulesOf, budget: { rules: number }, depth: number): boolean {
	if (--budget.rules < 0 || depth > DEEPEST) return false;
	if (!mayOverlap(a, b)) return true;
	if (hasActingMatch(a) && hasActingMatch(b)) return false;
	const acts = hasActingMatch(a) || hasActingMatch(b);
	if (sameTarget(a.target, b.target) && !acts) return true;
	if (!acts && (a.target === undefined || b.target === undefined)) return true;
	if (isJump(a)) return jumpCommutes(a, b, rulesOf, budget, depth);
	if (isJump(b)) return jumpCommutes(b, a, rulesOf, budget, depth);
	return false;
}

function isJump({ target }: Rule): boolean {
	return target?.kind === "jump";
}

function jumpCommutes(jump: Rule, other: Rule, rulesOf: RulesOf, budget: { rules: number }, depth: number): boolean {
	const rules = jump.target?.kind === "jump" ? rulesOf(jump.target.chain) : undefined;
	if (rules === undefined) return jump.target?.kind === "jump" && jump.target.chain.startsWith("KUBE-");
	return rules.every((rule) => {
		if (rule.target?.kind === "return" || rule.target === undefined) return !hasActingMatch(rule);
		return !mayOverlap(rule, jump) || commuteWithin(rule, other, rulesOf, budget, depth + 1);
	});
}
