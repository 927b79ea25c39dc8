import { hasActingMatch } from "../../lang/iptables/canonical.ts";
import { mayOverlap } from "../../lang/iptables/overlap.ts";
import type { Rule } from "../../lang/iptables/ruleset.ts";
import { sameTarget } from "../../lang/iptables/same-rule.ts";

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
	if (acts(a) && acts(b)) return false;
	const isActing = acts(a) || acts(b);
	if (sameTarget(a.target, b.target) && !isActing) return true;
	if (!isActing && (a.target === undefined || b.target === undefined)) return true;
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
	for (const rule of rules) {
		if (!mayOverlap(rule, jump)) continue;
		if (rule.target?.kind === "return" || rule.target === undefined) {
			if (acts(rule)) return false;
			continue;
		}
		// It does the same with all that the other one matches: no such packet gets further.
		if (sameTarget(rule.target, other.target) && covers(rule, other)) return true;
		if (!commuteWithin(rule, other, rulesOf, budget, depth + 1)) return false;
	}
	return true;
}

/** Counting packets is no effect on them. */
function acts(rule: Rule): boolean {
	return hasActingMatch({ ...rule, matches: rule.matches.filter(({ kind }) => kind !== "nfacct") });
}

/** Whether the first rule certainly matches what the second one matches: it asks for nothing that the second does not. */
function covers(rule: Rule, other: Rule): boolean {
	const parts = ["source", "destination", "inInterface", "outInterface", "protocol"] as const;
	const asked = new Set(other.matches.map((match) => JSON.stringify(match)));
	return (
		parts.every((part) => rule[part] === undefined || JSON.stringify(rule[part]) === JSON.stringify(other[part])) &&
		rule.matches.every((match) => match.kind === "nfacct" || asked.has(JSON.stringify(match)))
	);
}
