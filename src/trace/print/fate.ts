import type { Outcome } from "../outcome.ts";
import { isTranslated } from "../outcome.ts";

/** Outcomes that differ only in the endpoint: what a client notices is the same. */
export interface Fate {
	/** 0-1, of all its outcomes together. */
	readonly probability: number;
	/** The most likely first; at least one. */
	readonly outcomes: readonly [Outcome, ...Outcome[]];
}

/** Shares that differ less come from the ten digits that kube-proxy writes, and keep the order of the rules. */
const SAME_SHARE = 1e-6;

function rank({ probability }: Outcome): number {
	return Math.round(probability / SAME_SHARE);
}

/** Sorts outcomes into fates, the most likely first. */
export function fatesOf(outcomes: readonly Outcome[]): readonly Fate[] {
	const groups = new Map<string, [Outcome, ...Outcome[]]>();
	for (const outcome of outcomes) {
		const { verdict, source, isMasqueraded, reject, doubt } = outcome;
		const key = JSON.stringify([verdict, isTranslated(outcome), source, isMasqueraded, reject, doubt]);
		const group = groups.get(key);
		if (group === undefined) groups.set(key, [outcome]);
		else group.push(outcome);
	}
	const fates = [...groups.values()].map((group) => ({
		probability: group.reduce((sum, { probability }) => sum + probability, 0),
		outcomes: group.toSorted((a, b) => rank(b) - rank(a)) as unknown as Fate["outcomes"],
	}));
	return fates.toSorted((a, b) => b.probability - a.probability);
}
