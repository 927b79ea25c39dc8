import type { Flow } from "./flow.ts";
import type { Outcome } from "./outcome.ts";

/** What following one packet has cost so far, and what has been found out on the way. */
export interface Effort {
	/** Rules that may still be looked at. */
	rules: number;
	/** Steps that may still be taken, in all ways together. */
	steps: number;
	/** Questions nobody can answer that are being tried both ways, one within the other. */
	questions: number;
	/** What came of such questions, by place and packet. */
	readonly answers: Map<string, Answer>;
	/** Outcomes that only count for comparison: their steps do not matter. */
	readonly supposed: WeakSet<readonly Outcome[]>;
}

/** What comes of a packet from one place on. */
interface Answer {
	readonly probability: number;
	readonly outcomes: readonly Outcome[];
}

/** Some seconds. Real rules take some thousands; rules made for it double the ways with every line. */
const MOST_RULES = 20_000_000;

/** 5,000 endpoints take about 150,000. More than this would be too long to print. */
const MOST_STEPS = 300_000;

/** Deeper questions would overflow the stack. */
const MOST_QUESTIONS = 400;

/** Nothing has been done yet. */
export function newEffort(): Effort {
	return {
		rules: MOST_RULES,
		steps: MOST_STEPS,
		questions: 0,
		answers: new Map(),
		supposed: new WeakSet(),
	};
}

/** Whether the packet can be followed further. */
export function canGoOn({ rules, steps }: Effort): boolean {
	return rules > 0 && steps > 0;
}

/** Counts a way that branches off: its steps so far are told twice. */
export function countBranch(effort: Effort, { steps }: Flow): void {
	for (let at = steps; at !== undefined; at = at.before) effort.steps--;
}

/**
 * Asks a question that nobody can answer, unless it was asked before for the same packet in the same place and only the
 * result counts. Without that, each question would double the work.
 *
 * @param place the same for all that goes on in the same way
 * @param ask adds to the outcomes of the flow; `suppose` marks flows whose outcomes are only compared
 * @returns whether it could be asked: not, when there are too many of them within each other
 */
export function askOnce(effort: Effort, place: string, flow: Flow, ask: (suppose: Suppose) => void): boolean {
	const { answers, supposed } = effort;
	const isSupposed = supposed.has(flow.outcomes);
	const key = `${place} ${keyOf(flow)}`;
	const known = isSupposed ? answers.get(key) : undefined;
	if (known !== undefined) {
		const factor = flow.probability / known.probability;
		for (const one of known.outcomes) flow.outcomes.push({ ...one, probability: one.probability * factor });
		return true;
	}
	if (effort.questions >= MOST_QUESTIONS) return false;
	const before = flow.outcomes.length;
	effort.questions++;
	ask((branch, isReal) => {
		if (isSupposed || !isReal) supposed.add(branch.outcomes);
	});
	effort.questions--;
	if (effort.questions === 0) answers.clear();
	else answers.set(key, { probability: flow.probability, outcomes: flow.outcomes.slice(before) });
	return true;
}

/** Called with each of the flows that are tried, and whether its outcomes may become the answer. */
export type Suppose = (branch: Flow, isReal: boolean) => void;

/** All that rules may ask of a packet. */
function keyOf(flow: Flow): string {
	const { virtualServer: server } = flow;
	const way = { probability: 0, isWayCertain: true, steps: 0, outcomes: 0 };
	const state = { ...flow, ...way, virtualServer: server && [server.ip, server.port] };
	return JSON.stringify(state);
}
