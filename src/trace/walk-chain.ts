import { isPassing } from "../lang/iptables/passing.ts";
import type { Rule, Target } from "../lang/iptables/ruleset.ts";
import { type Flow, type Journey, withStep } from "./flow.ts";
import { chanceOf, type Place } from "./match-rule.ts";
import type { ChainOf, NumberedRule } from "./rule-index.ts";

/** How a packet leaves a chain. */
export type End =
	| { readonly kind: "accept" | "drop" | "return" }
	| { readonly kind: "reject"; readonly error: string | undefined }
	/** Nobody can tell what happens, and why. */
	| { readonly kind: "doubt"; readonly reason: string };

/** What comes next. */
export type Then = (flow: Flow, end: End) => void;

/** One table at one hook. */
export interface Visit {
	readonly table: string;
	readonly chainOf: ChainOf;
	readonly place: Place;
	readonly journey: Journey;
	/** Tries both answers to a question nobody can answer; the way goes on with `no` where both come to the same. */
	readonly tryBoth: (flow: Flow, rule: Rule, yes: (flow: Flow) => void, no: (flow: Flow) => void) => void;
}

/** The kernel refuses deeper calls, and loops. */
const DEEPEST = 60;

/** Follows a packet through a chain, in all the ways it may take, and hands each to `then`. */
export function walkChain(visit: Visit, chain: string, flow: Flow, depth: number, then: Then): void {
	const indexed = visit.chainOf(chain);
	if (indexed === undefined) {
		then(flow, { kind: "doubt", reason: `the rules jump to chain ${chain}, which is not there` });
	} else if (depth > DEEPEST) {
		then(flow, { kind: "doubt", reason: `the rules jump to chain ${chain} again and again` });
	} else {
		const rules = indexed.candidates(flow.to, visit.journey.packet.protocol, flow.port);
		walkRules({ visit, chain, rules, policy: indexed.policy, depth }, 0, flow, then);
	}
}

interface Walk {
	readonly visit: Visit;
	readonly chain: string;
	readonly rules: readonly NumberedRule[];
	readonly policy: string | undefined;
	readonly depth: number;
}

function walkRules(walk: Walk, start: number, given: Flow, then: Then): void {
	const { visit, rules } = walk;
	let flow = given;
	for (let index = start; index < rules.length; index++) {
		const numbered = rules[index];
		if (numbered === undefined) continue;
		const chance = chanceOf(numbered.canonical, flow, visit.journey, visit.place);
		if (chance === 0) continue;
		const goOn = (next: Flow): void => walkRules(walk, index + 1, next, then);
		if (chance === undefined) {
			visit.tryBoth(flow, numbered.rule, (next) => follow(walk, numbered, next, goOn, then), goOn);
			return;
		}
		if (chance === 1) {
			follow(walk, numbered, flow, goOn, then);
			return;
		}
		follow(walk, numbered, { ...flow, probability: flow.probability * chance }, goOn, then);
		flow = { ...flow, probability: flow.probability * (1 - chance) };
	}
	endOfChain(walk, flow, then);
}

function endOfChain({ visit, chain, policy }: Walk, flow: Flow, then: Then): void {
	const action = policy === undefined ? "return" : `policy ${policy}`;
	const { table, place } = visit;
	const step = { hook: place.hook, table, chain, number: undefined, rule: undefined, action, mark: flow.mark };
	then(
		withStep(flow, step),
		policy === undefined ? { kind: "return" } : { kind: policy === "DROP" ? "drop" : "accept" },
	);
}

/** Does what a rule that matched says. */
function follow(
	walk: Walk,
	{ rule, canonical, number }: NumberedRule,
	before: Flow,
	goOn: (flow: Flow) => void,
	then: Then,
): void {
	const { visit, chain, depth } = walk;
	const { target } = canonical;
	const step = {
		hook: visit.place.hook,
		table: visit.table,
		chain,
		number,
		rule,
		action: actionOf(target),
		mark: before.mark,
	};
	const flow = withStep(before, step);
	if (target === undefined || isPassing(target)) {
		goOn(flow);
		return;
	}
	switch (target.kind) {
		case "mark":
			goOn({ ...flow, mark: ((flow.mark & ~target.mask) ^ target.value) >>> 0 });
			break;
		case "jump":
			walkChain(visit, target.chain, flow, depth + 1, (next, end) =>
				end.kind === "return" ? goOn(next) : then(next, end),
			);
			break;
		case "goto":
			walkChain(visit, target.chain, flow, depth + 1, then);
			break;
		case "dnat":
			translate(flow, target.to, then);
			break;
		case "masquerade":
			then({ ...flow, isMasqueraded: true, from: maskOf(flow, visit.journey) }, { kind: "accept" });
			break;
		case "reject":
			then(flow, { kind: "reject", error: target.with });
			break;
		case "unknown":
			then(flow, { kind: "doubt", reason: `nobody here knows what ${target.words[0]} does` });
			break;
		default:
			then(flow, { kind: target.kind });
	}
}

function actionOf(target: Target | undefined): string {
	if (target === undefined) return "continue";
	switch (target.kind) {
		case "jump":
		case "goto":
			return `${target.kind} ${target.chain}`;
		case "dnat":
			return `dnat ${target.to}`;
		case "unknown":
			return target.words.join(" ");
		default:
			return target.kind;
	}
}

function translate(flow: Flow, text: string, then: Then): void {
	const [, v6, v4, port] = /^(?:\[([^\]]+)\]|([\d.]+))(?::(\d+))?$/.exec(text) ?? [];
	const to = v6 ?? v4 ?? text;
	then({ ...flow, to, port: port === undefined ? flow.port : Number(port), isTranslated: true }, { kind: "accept" });
}

/** The address of the interface by which the packet leaves, as far as that is known. */
function maskOf({ to, from }: Flow, { sourceFor }: Journey): string {
	return sourceFor(to) ?? from;
}
