import { canonicalRule } from "../lang/iptables/canonical.ts";
import type { Rule } from "../lang/iptables/ruleset.ts";
import { calledChain } from "./chain-index.ts";
import { commute, type RulesOf } from "./commute.ts";
import { isKubeProxyChain } from "./kube-chains.ts";

/** Rules of others in a built-in chain that stand before jumps to kube-proxy's chains. */
export interface InFront {
	/** They take packets that the jump was meant to see. */
	readonly inFront: readonly Rule[];
	/** They might: they have matches that are not modelled. */
	readonly doubtful: readonly Rule[];
	/** Jumps behind one of `inFront`. */
	readonly behind: readonly Rule[];
}

/** Whether a rule leads to one of kube-proxy's chains. */
export function isKubeProxyJump(rule: Rule): boolean {
	const called = calledChain(rule);
	return called !== undefined && isKubeProxyChain(called);
}

/**
 * Looks for verdicts of others that come before kube-proxy's.
 *
 * @param rules a built-in chain
 * @param rulesOf the canonical rules of kube-proxy's chains
 */
export function rulesInFront(rules: readonly Rule[], rulesOf: RulesOf): InFront {
	const others: { readonly rule: Rule; readonly canonical: Rule }[] = [];
	const taking = new Set<Rule>();
	const behind: Rule[] = [];
	for (const rule of rules) {
		const canonical = canonicalRule(rule);
		if (!isKubeProxyJump(rule)) {
			if (isVerdict(rule)) others.push({ rule, canonical });
			continue;
		}
		const before = others.filter((other) => !commute(other.canonical, canonical, rulesOf)).map((other) => other.rule);
		for (const other of before) taking.add(other);
		if (before.some(isModelled)) behind.push(rule);
	}
	const all = [...taking];
	return { inFront: all.filter(isModelled), doubtful: all.filter((rule) => !isModelled(rule)), behind };
}

const VERDICTS: readonly string[] = ["accept", "drop", "reject", "return", "dnat", "masquerade"];

/** What chains of others do is theirs; a verdict in the built-in chain itself is plain to see. */
function isVerdict({ target }: Rule): boolean {
	return target !== undefined && VERDICTS.includes(target.kind);
}

function isModelled({ matches }: Rule): boolean {
	return matches.every(({ kind }) => kind !== "unknown");
}
