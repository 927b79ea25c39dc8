import { rulePrinter } from "../lang/iptables/print.ts";
import type { Rule } from "../lang/iptables/ruleset.ts";
import type { End } from "./apply-target.ts";
import type { Effort } from "./effort.ts";
import { type Flow, type Journey, stepsOf } from "./flow.ts";
import type { Place } from "./match-rule.ts";
import type { Outcome, Verdict } from "./outcome.ts";
import type { Hook } from "./packet.ts";
import type { ChainOf } from "./rule-index.ts";
import { walkChain } from "./walk-chain.ts";

/** A packet's way through one node. */
export interface Trip {
	readonly tables: ReadonlyMap<string, readonly ChainOf[]>;
	readonly journey: Journey;
	readonly effort: Effort;
}

/** What comes next for a packet. */
export type Next = (flow: Flow) => void;

/** A table that is asked; two of one name belong to the two programs called iptables. */
interface Asked {
	readonly table: string;
	readonly chainOf: ChainOf;
}

/** Asks one hook, table by table; those that are not there let the packet pass. */
export function visit(
	trip: Trip,
	hook: Hook,
	tables: readonly string[],
	place: Omit<Place, "hook">,
	flow: Flow,
	next: Next,
): void {
	const all = tables.flatMap((table) => (trip.tables.get(table) ?? []).map((chainOf) => ({ table, chainOf })));
	visitFrom({ trip, hook, place, all, next }, 0, flow);
}

interface Visits {
	readonly trip: Trip;
	readonly hook: Hook;
	readonly place: Omit<Place, "hook">;
	readonly all: readonly Asked[];
	readonly next: Next;
}

function visitFrom(visits: Visits, index: number, flow: Flow): void {
	const { trip, hook, place, all, next } = visits;
	const asked = all[index];
	if (asked === undefined) {
		next(flow);
		return;
	}
	const { table, chainOf } = asked;
	// What the first of two nat tables translates, the second is not asked about. First is that which was made last, which
	// no dump shows. Source: measured.
	const goOn = (kept: Flow): void =>
		visitFrom(visits, isChanged(flow, kept) && all[index + 1]?.table === "nat" ? index + 2 : index + 1, kept);
	const chain = chainOf(hook);
	if (chain === undefined || (chain.length === 0 && chain.policy !== "DROP")) {
		visitFrom(visits, index + 1, flow);
		return;
	}
	const here = { table, chainOf, place: { ...place, hook }, journey: trip.journey, effort: trip.effort, tryBoth };
	walkChain(here, hook, flow, (after, end) => decide(after, end, goOn));
}

function isChanged(before: Flow, after: Flow): boolean {
	return before.to !== after.to || before.port !== after.port || before.from !== after.from;
}

function decide(flow: Flow, end: End, goOn: Next): void {
	switch (end.kind) {
		case "accept":
		case "return":
			goOn(flow);
			break;
		case "drop":
			finish(flow, "dropped");
			break;
		case "reject":
			finish(
				flow,
				"rejected",
				end.error ?? (flow.to.includes(":") ? "icmp6-port-unreachable" : "icmp-port-unreachable"),
			);
			break;
		default:
			finish(flow, "unknown", undefined, end.reason);
	}
}

/** The end of a way. */
export function finish(flow: Flow, verdict: Verdict, reject?: string, doubt?: string): void {
	const { probability, to, port, from, isMasqueraded } = flow;
	const steps = stepsOf(flow);
	flow.outcomes.push({
		probability,
		verdict,
		destination: { ip: to, port },
		source: from,
		isMasqueraded,
		reject,
		doubt,
		steps,
	});
}

/** Both ways are followed to their ends; only if these differ it matters what nobody knows. */
function tryBoth(flow: Flow, rule: Rule, yes: Next, no: Next): void {
	const [ifYes, ifNo]: [Outcome[], Outcome[]] = [[], []];
	no({ ...flow, outcomes: ifNo });
	yes({ ...flow, outcomes: ifYes });
	if (summary(ifYes) === summary(ifNo)) {
		for (const outcome of ifNo) flow.outcomes.push(outcome);
		return;
	}
	const print = rulePrinter(flow.to.includes(":") ? "ipv6" : "ipv4", "save");
	finish(flow, "unknown", undefined, `whether this rule matches is not known: ${print(rule)}`);
}

/** What becomes of the packet, without the way. */
function summary(outcomes: readonly Outcome[]): string {
	const parts = new Map<string, number>();
	for (const { probability, verdict, destination, source, isMasqueraded, reject } of outcomes) {
		const key = JSON.stringify([verdict, destination, source, isMasqueraded, reject]);
		parts.set(key, (parts.get(key) ?? 0) + probability);
	}
	return JSON.stringify([...parts].map(([key, part]) => [key, part.toFixed(9)]).sort());
}
