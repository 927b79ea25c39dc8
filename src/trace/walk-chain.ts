import type { Rule } from "../lang/iptables/ruleset.ts";
import { applyTarget, type End, isWithoutEffect } from "./apply-target.ts";
import { askOnce, canGoOn, countBranch, type Effort } from "./effort.ts";
import { type Flow, type Journey, withStep } from "./flow.ts";
import { chanceOf, type Place } from "./match-rule.ts";
import type { ChainOf, NumberedRule } from "./rule-index.ts";

/** What comes next. */
export type Then = (flow: Flow, end: End) => void;

/** One table at one hook. */
export interface Visit {
	readonly table: string;
	readonly chainOf: ChainOf;
	readonly place: Place;
	readonly journey: Journey;
	readonly effort: Effort;
	/** Tries both answers to a question nobody can answer; the way goes on with `no` where both come to the same. */
	readonly tryBoth: (flow: Flow, rule: Rule, yes: (flow: Flow) => void, no: (flow: Flow) => void) => void;
}

/** A chain that was called. */
interface Call {
	readonly chain: string;
	readonly rules: readonly NumberedRule[];
	readonly policy: string | undefined;
	/** Who called it, by jump or goto. */
	readonly caller: Call | undefined;
	/** How many callers there are. */
	readonly depth: number;
	/** Where its end leads; undefined: out of the base chain, where the policy decides. */
	readonly back: Position | undefined;
}

/** The rule that is asked next. */
interface Position {
	readonly call: Call;
	readonly index: number;
}

/** One of the ways a packet may take, as far as it has been followed. */
interface Way extends Position {
	readonly flow: Flow;
}

interface Walk {
	readonly visit: Visit;
	readonly base: Call;
	readonly effort: Effort;
	readonly then: Then;
	/** Ways that branched off: the last is followed next. */
	readonly waiting: Way[];
}

/** The kernel knows no such limit where rules were loaded by iptables-legacy, but each call costs a look at its callers. */
const DEEPEST = 5000;

/**
 * Follows a packet through a base chain and what it calls, in all the ways it may take, and hands each to `then`. The
 * chains that are left to go back to are kept as data, not in calls of functions: dumps may be long and deep.
 */
export function walkChain(visit: Visit, chain: string, flow: Flow, then: Then): void {
	const base = newCall(visit, chain, flow, undefined, undefined);
	if (typeof base === "string") then(flow, { kind: "doubt", reason: base });
	else walkFrom({ visit, base, effort: visit.effort, then }, { call: base, index: 0, flow });
}

/** The chain, ready to be passed; or why it cannot be. */
function newCall(
	{ chainOf, journey }: Visit,
	chain: string,
	{ to, port }: Flow,
	caller: Call | undefined,
	back: Position | undefined,
): Call | string {
	const indexed = chainOf(chain);
	if (indexed === undefined) return `the rules jump to chain ${chain}, which is not there`;
	for (let call = caller; call !== undefined; call = call.caller) {
		if (call.chain === chain) return `the rules jump to chain ${chain} again and again`;
	}
	const depth = caller === undefined ? 0 : caller.depth + 1;
	if (depth > DEEPEST) return `the rules jump from chain to chain more than ${DEEPEST} times`;
	const rules = indexed.candidates(to, journey.packet.protocol, port);
	return { chain, rules, policy: indexed.policy, caller, depth, back };
}

function walkFrom(from: Omit<Walk, "waiting">, start: Way): void {
	const waiting = [start];
	const walk = { ...from, waiting };
	for (let way = waiting.pop(); way !== undefined; way = waiting.pop()) {
		let next: Way | undefined = way;
		while (next !== undefined) next = goOn(walk, next);
	}
}

/** Goes to the next rule that matches and does what it says; undefined when the way has ended. */
function goOn(walk: Walk, { call, index: start, flow }: Way): Way | undefined {
	const { visit, effort, then } = walk;
	for (let index = start; index < call.rules.length; index++) {
		effort.rules--;
		if (!canGoOn(effort)) {
			then(flow, { kind: "doubt", reason: "there are more ways through these rules than can be followed" });
			return undefined;
		}
		const numbered = call.rules[index];
		if (numbered === undefined) continue;
		const chance = chanceOf(numbered.canonical, flow, visit.journey, visit.place);
		if (chance === 0 || (chance === undefined && isWithoutEffect(numbered.canonical.target))) continue;
		const behind = { call, index: index + 1 };
		if (chance === undefined) {
			askBoth(walk, numbered, behind, flow);
			return undefined;
		}
		if (chance === 1) return obey(walk, numbered, behind, flow);
		countBranch(effort, flow);
		walk.waiting.push({ call, index: index + 1, flow: { ...flow, probability: flow.probability * (1 - chance) } });
		return obey(walk, numbered, behind, { ...flow, probability: flow.probability * chance });
	}
	return endOfChain(walk, call, flow);
}

function askBoth(walk: Walk, numbered: NumberedRule, behind: Position, flow: Flow): void {
	const { visit, effort, then } = walk;
	const place = [visit.place.hook, visit.table, ...positionNames(behind)].join(" ");
	const isAsked = askOnce(effort, place, flow, (suppose) =>
		visit.tryBoth(
			flow,
			numbered.rule,
			(yes) => {
				suppose(yes, false);
				const next = obey(walk, numbered, behind, yes);
				if (next !== undefined) walkFrom(walk, next);
			},
			(no) => {
				suppose(no, true);
				walkFrom(walk, { ...behind, flow: no });
			},
		),
	);
	if (!isAsked)
		then(flow, { kind: "doubt", reason: "there are too many rules of which nobody can tell whether they match" });
}

function positionNames(position: Position): readonly string[] {
	const names: string[] = [];
	for (let at: Position | undefined = position; at !== undefined; at = at.call.back) {
		names.push(`${at.call.chain} ${at.index}`);
	}
	return names;
}

/** Nothing is left of the chain: back to where it was called, or to the policy. */
function endOfChain(walk: Walk, call: Call, flow: Flow): Way | undefined {
	const { visit, base, effort, then } = walk;
	effort.steps--;
	const { chain, policy, back } = call;
	const action = policy === undefined ? "return" : `policy ${policy}`;
	const { table, place } = visit;
	const step = { hook: place.hook, table, chain, number: undefined, rule: undefined, action, mark: flow.mark };
	const after = withStep(flow, step);
	if (policy !== undefined) then(after, { kind: policy === "DROP" ? "drop" : "accept" });
	else if (call === base) then(after, { kind: "return" });
	else return goBack(walk, back, after);
	return undefined;
}

function goBack(walk: Walk, back: Position | undefined, flow: Flow): Way | undefined {
	return back === undefined ? endOfChain(walk, walk.base, flow) : { call: back.call, index: back.index, flow };
}

/** Does what a rule that matched says. */
function obey(walk: Walk, numbered: NumberedRule, behind: Position, before: Flow): Way | undefined {
	const { visit, effort, then } = walk;
	effort.steps--;
	const { rule, canonical, number, action } = numbered;
	const { call, index } = behind;
	const { table, place } = visit;
	const step = { hook: place.hook, table, chain: call.chain, number, rule, action, mark: before.mark };
	const effect = applyTarget(canonical.target, withStep(before, step), visit.journey, visit.place.hook);
	const { flow } = effect;
	switch (effect.kind) {
		case "continue":
			return { call, index, flow };
		case "return":
			return goBack(walk, call.back, flow);
		case "call": {
			const back = effect.isGoto ? call.back : behind;
			const next = newCall(visit, effect.chain, flow, call, back);
			if (typeof next !== "string") return { call: next, index: 0, flow };
			then(flow, { kind: "doubt", reason: next });
			return undefined;
		}
		default:
			then(flow, effect.end);
			return undefined;
	}
}
