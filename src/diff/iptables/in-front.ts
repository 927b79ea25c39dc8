import { isKubeProxyChain } from "../../kube/chains.ts";
import { canonicalRule } from "../../lang/iptables/canonical.ts";
import { mayOverlap } from "../../lang/iptables/overlap.ts";
import { isPassing } from "../../lang/iptables/passing.ts";
import type { Rule, Target } from "../../lang/iptables/ruleset.ts";
import { calledChain } from "./chain-index.ts";
import { commute, type RulesOf } from "./commute.ts";

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
 * Looks for rules of others that come before kube-proxy's and do something with packets that those were meant to see.
 *
 * @param rules a built-in chain
 * @param rulesOf the canonical rules of chains: kube-proxy's as they should be, those of others as they are
 */
export function rulesInFront(rules: readonly Rule[], rulesOf: RulesOf): InFront {
	const others: { readonly rule: Rule; readonly canonical: Rule }[] = [];
	const found = new Map<Rule, Taking>();
	const behind: Rule[] = [];
	for (const rule of rules) {
		const canonical = canonicalRule(rule);
		if (!isKubeProxyJump(rule)) {
			others.push({ rule, canonical });
			continue;
		}
		const taking = others.map((other) => ({ rule: other.rule, taking: takes(other.canonical, canonical, rulesOf, 0) }));
		for (const one of taking) if (one.taking !== "no" && found.get(one.rule) !== "yes") found.set(one.rule, one.taking);
		if (taking.some((one) => one.taking === "yes")) behind.push(rule);
	}
	const withTaking = (wanted: Taking): readonly Rule[] =>
		[...found].filter(([, taking]) => taking === wanted).map(([rule]) => rule);
	return { inFront: withTaking("yes"), doubtful: withTaking("maybe"), behind };
}

/** Whether a rule takes packets from a jump behind it, as far as that can be told. */
type Taking = "yes" | "maybe" | "no";

const DEEPEST = 6;

function takes(other: Rule, jump: Rule, rulesOf: RulesOf, depth: number): Taking {
	const { target } = other;
	if (target === undefined || goesOn(target)) return "no";
	if (target.kind === "mark")
		return (maskOf(target) & bitsAskedFor(jump, rulesOf)) !== 0 && mayOverlap(other, jump) ? "maybe" : "no";
	if (target.kind === "jump" || target.kind === "goto") return chainTakes(other, target.chain, jump, rulesOf, depth);
	// They masquerade too, or give another source address: rarely what kube-proxy's masquerading is needed for.
	if (isSourceTranslation(target)) return target.kind === "unknown" && !commute(other, jump, rulesOf) ? "maybe" : "no";
	if (commute(other, jump, rulesOf)) return "no";
	return other.matches.every(({ kind }) => kind !== "unknown") ? "yes" : "maybe";
}

/** What chains of others do depends on much: only what they do with every packet is certain. */
function chainTakes(other: Rule, chain: string, jump: Rule, rulesOf: RulesOf, depth: number): Taking {
	if (depth > DEEPEST || !mayOverlap(other, jump)) return "no";
	let mayLeave = false;
	for (const rule of rulesOf(chain) ?? []) {
		if (!mayOverlap(rule, other)) continue;
		if (rule.target?.kind === "return") {
			mayLeave = true;
			continue;
		}
		const taking = takes(rule, jump, rulesOf, depth + 1);
		const isCertain = taking === "yes" && isUnconditional(rule) && !mayLeave;
		if (isCertain) return other.matches.every(({ kind }) => kind !== "unknown") ? "yes" : "maybe";
		if (taking !== "no") return "maybe";
	}
	return "no";
}

function isUnconditional({ source, destination, inInterface, outInterface, protocol, matches }: Rule): boolean {
	return (
		[source, destination, inInterface, outInterface, protocol].every((part) => part === undefined) &&
		matches.length === 0
	);
}

/** Extensions that a packet passes, though they change what rules may ask for: not what kube-proxy's ask for. */
const HARMLESS: readonly string[] = ["CONNMARK", "CT", "HMARK", "NOTRACK"];

function goesOn(target: Target): boolean {
	return isPassing(target) || (target.kind === "unknown" && HARMLESS.includes(target.words[0] ?? ""));
}

function isSourceTranslation(target: Target): boolean {
	return (
		target.kind === "masquerade" ||
		(target.kind === "unknown" && ["SNAT", "MASQUERADE", "NETMAP"].includes(target.words[0] ?? ""))
	);
}

function maskOf({ value, mask }: Extract<Target, { kind: "mark" }>): number {
	return (value | mask) >>> 0;
}

/** Bits of the mark that the rules behind a jump look at. */
function bitsAskedFor(jump: Rule, rulesOf: RulesOf): number {
	const rules = rulesOf(calledChain(jump) ?? "") ?? [];
	return rules
		.flatMap(({ matches }) => matches)
		.reduce((bits, match) => (match.kind === "mark" ? bits | match.mask : bits), 0);
}
