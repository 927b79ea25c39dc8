import type { Rule } from "../../lang/iptables/ruleset.ts";
import { longestRise } from "../lists/longest-rise.ts";
import type { RulesOf } from "./commute.ts";
import type { ChainChange } from "./compare.ts";
import { isKubeProxyJump, rulesInFront } from "./in-front.ts";

/** A built-in chain as it is to be. */
export interface JumpOrder {
	readonly rules: readonly Rule[];
	/** Rules of the old chain that stay where they are: all of others, and the jumps that are well placed. */
	readonly kept: ReadonlySet<Rule>;
}

/**
 * Puts kube-proxy's jumps in a built-in chain right, and moves nothing else. A jump that is missing goes behind the one
 * that comes before it; behind a rule that takes packets from it none may stay, so then all go to the top, as kube-proxy
 * inserts them.
 *
 * @param rulesOf the canonical rules of the new side's chains
 */
export function jumpOrder(
	change: ChainChange,
	old: readonly Rule[],
	current: readonly Rule[],
	rulesOf: RulesOf,
): JumpOrder {
	const jumps = current.filter(isKubeProxyJump);
	const beside = besideOthers(change, old, jumps);
	// A missing jump may have got a place behind such a rule only now.
	if (rulesInFront(beside.rules, rulesOf).inFront.length === 0) return beside;
	const others = old.filter((rule) => !isKubeProxyJump(rule));
	return { rules: [...jumps, ...others], kept: new Set(others) };
}

function besideOthers(change: ChainChange, old: readonly Rule[], jumps: readonly Rule[]): JumpOrder {
	const out = new Set([...change.removed, ...change.moved]);
	// What is kept and what is wanted are other objects; jumps are told apart by where they lead.
	const staying = old.filter((rule) => isKubeProxyJump(rule) && !out.has(rule));
	const wantedOf = new Map(pairUp(staying, jumps));
	const kept = old.filter((rule) => !isKubeProxyJump(rule) || wantedOf.has(rule));
	const rules: Rule[] = [];
	const inserted = new Set(jumps.filter((jump) => ![...wantedOf.values()].includes(jump)));
	const follow = (after: Rule | undefined): void => {
		let at = after === undefined ? 0 : jumps.indexOf(after) + 1;
		for (let jump = jumps[at]; jump !== undefined && inserted.has(jump); jump = jumps[++at]) rules.push(jump);
	};
	follow(undefined);
	for (const rule of kept) {
		rules.push(rule);
		const wanted = wantedOf.get(rule);
		if (wanted !== undefined) follow(wanted);
	}
	return { rules, kept: new Set(kept) };
}

/**
 * Old jumps with those that they are in the wanted order. One that stands before others that should come before it is left
 * out: what is inserted beside those might have to stand before it.
 */
function pairUp(old: readonly Rule[], wanted: readonly Rule[]): readonly (readonly [Rule, Rule])[] {
	const free = new Set(wanted);
	const pairs = old.flatMap((rule) => {
		const same = [...free].find((other) => targetOf(other) === targetOf(rule));
		if (same === undefined) return [];
		free.delete(same);
		return [[rule, same] as const];
	});
	const rise = longestRise(pairs.map(([, jump]) => wanted.indexOf(jump)));
	return pairs.filter((_, index) => rise.has(index));
}

function targetOf({ target }: Rule): string | undefined {
	return target?.kind === "jump" || target?.kind === "goto" ? target.chain : undefined;
}
