import type { Rule } from "../lang/iptables/ruleset.ts";
import type { ChainChange } from "./compare-tables.ts";
import { isKubeProxyJump } from "./in-front.ts";

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
 */
export function jumpOrder(change: ChainChange, old: readonly Rule[], current: readonly Rule[]): JumpOrder {
	const jumps = current.filter(isKubeProxyJump);
	const out = new Set([...change.removed, ...change.moved]);
	const isKept = (rule: Rule): boolean => !isKubeProxyJump(rule) || (change.inFront.length === 0 && !out.has(rule));
	const kept = old.filter(isKept);
	const staying = kept.filter(isKubeProxyJump);
	// What is kept and what is wanted are other objects; jumps are told apart by where they lead.
	const wantedOf = new Map(pairUp(staying, jumps));
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

/** Kept jumps with those that they are in the wanted order; both lists have them in an order that has the same effect. */
function pairUp(kept: readonly Rule[], wanted: readonly Rule[]): readonly (readonly [Rule, Rule])[] {
	const free = new Set(wanted);
	return kept.flatMap((rule) => {
		const same = [...free].find((other) => targetOf(other) === targetOf(rule));
		if (same === undefined) return [];
		free.delete(same);
		return [[rule, same] as const];
	});
}

function targetOf({ target }: Rule): string | undefined {
	return target?.kind === "jump" || target?.kind === "goto" ? target.chain : undefined;
}
