import type { BaseChains } from "./base-chains.ts";
import type { BaseChain } from "./chain.ts";
import type { End } from "./effect.ts";
import type { Effort } from "./effort.ts";
import { type Flow, type Journey, stepsOf, withOpenQuestion } from "./flow.ts";
import type { Outcome, Verdict } from "./outcome.ts";
import type { Hook, Place } from "./packet.ts";
import { walkChain } from "./walk-chain.ts";

/** A packet's way through one node. */
export interface Trip {
	readonly baseChains: BaseChains;
	readonly journey: Journey;
	readonly effort: Effort;
}

/** What comes next for a packet. */
export type Next = (flow: Flow) => void;

/** Where a packet is asked about, but for the hook. */
export type Way = Omit<Place, "hook" | "isTracked">;

/** Which chains of a hook are asked; all others let the packet pass. */
export interface Asked {
	readonly hook: Hook;
	/** Virtual servers have a place between the chains. */
	readonly part: "all" | "before servers" | "behind servers";
	/** The connection has passed the hooks of translation before: those chains are not asked again. */
	readonly isAgain?: boolean;
}

/** Where the kernel asks virtual servers. Source: measured. */
const SERVERS: Partial<Readonly<Record<Hook, number>>> = { INPUT: 99, OUTPUT: -98 };

/** Where conntrack sees a packet for the first time. Source: measured. */
const CONNTRACK: Partial<Readonly<Record<Hook, number>>> = { PREROUTING: -200, OUTPUT: -200 };

/** Asks one hook, chain by chain in the order of their priorities. */
export function visit(trip: Trip, asked: Asked, way: Way, flow: Flow, next: Next): void {
	const { hook, part, isAgain = false } = asked;
	const servers = SERVERS[hook] ?? Number.POSITIVE_INFINITY;
	const chains = trip.baseChains(hook).filter(({ priority, isNat }) => {
		if (isNat && isAgain) return false;
		return part === "all" || priority < servers === (part === "before servers");
	});
	visitFrom({ trip, hook, way, chains, isAgain, next }, 0, flow);
}

interface Visits {
	readonly trip: Trip;
	readonly hook: Hook;
	readonly way: Way;
	readonly chains: readonly BaseChain[];
	readonly isAgain: boolean;
	readonly next: Next;
}

function visitFrom(visits: Visits, index: number, flow: Flow): void {
	const { trip, hook, way, chains, isAgain, next } = visits;
	const base = chains[index];
	if (base === undefined) {
		next(flow);
		return;
	}
	const { table, name, chainOf, priority } = base;
	const chain = chainOf(name);
	if (chain === undefined || (chain.length === 0 && chain.policy?.toLowerCase() !== "drop")) {
		visitFrom(visits, index + 1, flow);
		return;
	}
	const isTracked = isAgain || priority > (CONNTRACK[hook] ?? Number.NEGATIVE_INFINITY);
	const place = { ...way, hook, isTracked };
	const here = { table, chainOf, place, journey: trip.journey, effort: trip.effort, tryBoth };
	walkChain(here, name, flow, (after, end) =>
		decide(after, end, (kept) => visitFrom(visits, following(chains, index, isTranslatedBy(flow, kept)), kept)),
	);
}

/** Once a chain has translated the packet, those behind it are not asked whether they want to. Source: measured. */
function following(chains: readonly BaseChain[], index: number, isDone: boolean): number {
	let next = index + 1;
	if (chains[index]?.isNat === true && isDone) while (chains[next]?.isNat === true) next++;
	return next;
}

function isTranslatedBy(before: Flow, after: Flow): boolean {
	return (
		before.to !== after.to ||
		before.port !== after.port ||
		before.from !== after.from ||
		before.isTranslated !== after.isTranslated ||
		before.isMasqueraded !== after.isMasqueraded
	);
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
	const { probability, to, port, from, isMasqueraded, isWayCertain } = flow;
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
		isWayCertain,
	});
}

/** Both ways are followed to their ends; only if these differ it matters what nobody knows. */
function tryBoth(flow: Flow, doubt: string, yes: Next, no: Next): void {
	const [ifYes, ifNo]: [Outcome[], Outcome[]] = [[], []];
	no({ ...withOpenQuestion(flow), outcomes: ifNo });
	yes({ ...flow, outcomes: ifYes });
	if (summary(ifYes) === summary(ifNo)) {
		for (const outcome of ifNo) flow.outcomes.push(outcome);
		return;
	}
	finish(flow, "unknown", undefined, doubt);
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
