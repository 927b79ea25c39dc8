import { isTranslated, type Outcome, SAME_SHARE } from "../outcome.ts";

/** Outcomes that differ only in the endpoint: what a client notices is the same. */
export interface Fate {
	/** 0-1, of all its outcomes together. */
	readonly probability: number;
	/** The most likely first; at least one. */
	readonly outcomes: readonly [Outcome, ...Outcome[]];
}

/** Shares that are the same keep the order of the rules. */
function rank({ probability }: Outcome): number {
	return Math.round(probability / SAME_SHARE);
}

/** Sorts outcomes into fates, the most likely first. */
export function fatesOf(outcomes: readonly Outcome[]): readonly Fate[] {
	const groups = new Map<string, Outcome[]>();
	for (const outcome of outcomes) {
		const { verdict, source, isMasqueraded, reject, doubt } = outcome;
		const key = JSON.stringify([verdict, isTranslated(outcome), source, isMasqueraded, reject, doubt]);
		const group = groups.get(key);
		if (group === undefined) groups.set(key, [outcome]);
		else group.push(outcome);
	}
	const fates = [...groups.values()].flatMap((group): readonly Fate[] => {
		const [first, ...others] = group.toSorted((a, b) => rank(b) - rank(a));
		if (first === undefined) return [];
		return [
			{ probability: group.reduce((sum, { probability }) => sum + probability, 0), outcomes: [first, ...others] },
		];
	});
	return fates.toSorted((a, b) => b.probability - a.probability);
}
