import { type Call, newCall, type Position, positionNames } from "./call.ts";
import type { ChainOf, NumberedRule, Reaction } from "./chain.ts";
import type { End } from "./effect.ts";
import { askOnce, canGoOn, countBranch, type Effort } from "./effort.ts";
import { type Flow, type Journey, withStep } from "./flow.ts";
import type { Act } from "./outcome.ts";
import type { Place } from "./packet.ts";

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
	readonly tryBoth: (flow: Flow, doubt: string, yes: (flow: Flow) => void, no: (flow: Flow) => void) => void;
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

/**
 * Follows a packet through a base chain and what it calls, in all the ways it may take, and hands each to `then`. The
 * chains that are left to go back to are kept as data, not in calls of functions: dumps may be long and deep.
 */
export function walkChain(visit: Visit, chain: string, flow: Flow, then: Then): void {
	const base = newCall(visit, chain, flow, undefined, undefined);
	if (typeof base === "string") then(flow, { kind: "doubt", reason: base });
	else walkFrom({ visit, base, effort: visit.effort, then }, { call: base, index: 0, flow });
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
		const reactions = numbered?.ask(flow, visit.journey, visit.place);
		if (numbered === undefined || reactions === undefined) continue;
		return react(walk, { numbered, behind: { call, index: index + 1 }, flow }, reactions);
	}
	return endOfChain(walk, call, flow);
}

/** A rule that was asked. */
interface Asked {
	readonly numbered: NumberedRule;
	readonly behind: Position;
	/** The packet as it came. */
	readonly flow: Flow;
}

/** Follows all that a rule may do: the first way next, the others after it. */
function react(walk: Walk, asked: Asked, reactions: readonly Reaction[]): Way | undefined {
	const [first] = reactions;
	if (first !== undefined && reactions.length === 1) return wayOf(walk, asked, first);
	for (let more = 1; more < reactions.length; more++) countBranch(walk.effort, asked.flow);
	const ways = reactions.flatMap((reaction) => wayOf(walk, asked, reaction) ?? []);
	walk.waiting.push(...ways.slice(1).reverse());
	return ways[0];
}

function wayOf(walk: Walk, asked: Asked, reaction: Reaction): Way | undefined {
	switch (reaction.kind) {
		case "passes":
			return { ...asked.behind, flow: reaction.flow };
		case "asks":
			askBoth(walk, asked, reaction);
			return undefined;
		default:
			return obey(walk, asked, reaction);
	}
}

function askBoth(walk: Walk, asked: Asked, { flow, place, doubt, yes }: Reaction & { readonly kind: "asks" }): void {
	const { visit, effort, then } = walk;
	const { behind } = asked;
	const name = [visit.place.hook, visit.table, place, ...positionNames(behind)].join(" ");
	const isAsked = askOnce(effort, name, flow, (suppose) =>
		visit.tryBoth(
			flow,
			doubt,
			(matched) => {
				suppose(matched, false);
				const next = react(walk, asked, yes(matched));
				if (next !== undefined) walkFrom(walk, next);
			},
			(other) => {
				suppose(other, true);
				walkFrom(walk, { ...behind, flow: other });
			},
		),
	);
	if (!isAsked)
		then(flow, { kind: "doubt", reason: "there are too many rules of which nobody can tell whether they match" });
}

/** Nothing is left of the chain: back to where it was called, or to the policy. */
function endOfChain(walk: Walk, call: Call, flow: Flow): Way | undefined {
	const { visit, base, effort, then } = walk;
	effort.steps--;
	const { chain, policy, back } = call;
	const isDrop = policy?.toLowerCase() === "drop";
	const [action, act] = endOf(policy, isDrop);
	const { table, place } = visit;
	const step = { hook: place.hook, table, chain, number: undefined, rule: undefined, action, act, mark: flow.mark };
	const after = withStep(flow, step);
	if (policy !== undefined) then(after, { kind: isDrop ? "drop" : "accept" });
	else if (call === base) then(after, { kind: "return" });
	else return goBack(walk, back, after);
	return undefined;
}

function endOf(policy: string | undefined, isDrop: boolean): readonly [action: string, act: Act] {
	if (policy === undefined) return ["return", { kind: "end-of-chain" }];
	return [`policy ${policy}`, { kind: isDrop ? "policy-drop" : "policy-accept" }];
}

function goBack(walk: Walk, back: Position | undefined, flow: Flow): Way | undefined {
	return back === undefined ? endOfChain(walk, walk.base, flow) : { call: back.call, index: back.index, flow };
}

/** Does what a rule that matched says. */
function obey(
	walk: Walk,
	{ numbered, behind, flow: before }: Asked,
	reaction: Reaction & { readonly kind: "acts" },
): Way | undefined {
	const { visit, effort, then } = walk;
	effort.steps--;
	const { call, index } = behind;
	const { action, act, nft, effect } = reaction;
	const flow = withStep(effect.flow, {
		hook: visit.place.hook,
		table: visit.table,
		chain: call.chain,
		number: numbered.number,
		rule: numbered.source.rule,
		nft,
		action,
		act,
		mark: before.mark,
	});
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
