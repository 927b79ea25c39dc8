import { rulePrinter } from "../lang/iptables/print.ts";
import type { Rule, Table } from "../lang/iptables/ruleset.ts";
import type { NodeState } from "../lang/node-state.ts";
import { contains } from "../net/cidr.ts";
import { familyOf, type IP, isLoopback } from "../net/ip.ts";
import { type Flow, type Journey, stepsOf } from "./flow.ts";
import type { Place } from "./match-rule.ts";
import type { Outcome, Verdict } from "./outcome.ts";
import type { Hook, NodeAddresses, Packet } from "./packet.ts";
import { type ChainOf, indexRules } from "./rule-index.ts";
import { type End, walkChain } from "./walk-chain.ts";

/** Rules that were made ready: any number of packets can be followed through them. */
export interface Tracer {
	readonly trace: (packet: Packet, options?: TraceOptions) => readonly Outcome[];
}

/** What is known of the client. */
export interface TraceOptions {
	/** The endpoint (`ip:port`) the client was sent to before. */
	readonly affinity?: string | undefined;
}

/** Makes a node's rules ready to be traced. It looks at rules alone. */
export function newTracer(state: NodeState, node: NodeAddresses): Tracer {
	const tables = indexRules(state.iptables ?? []);
	const remembered = endpointsByList(state.iptables ?? []);
	const local = new Set<string>([...node.ips, ...node.interfaces.map(({ ip }) => ip), ...(state.dummyIPs ?? [])]);
	return {
		trace: (packet, { affinity } = {}) => {
			const outcomes: Outcome[] = [];
			const journey: Journey = {
				packet,
				node,
				isLocal: (ip) => local.has(ip) || isLoopback(ip as IP),
				sourceFor: (ip) => sourceFor(ip as IP, node),
				isRemembered: (list) => affinity !== undefined && remembered.get(list) === affinity,
			};
			travel({ tables, journey }, start(packet, outcomes));
			return outcomes;
		},
	};
}

function start({ from, to, port }: Packet, outcomes: Outcome[]): Flow {
	return {
		from,
		to,
		port,
		mark: 0,
		isTranslated: false,
		isMasqueraded: false,
		probability: 1,
		steps: undefined,
		outcomes,
	};
}

/** The endpoint that a list of `recent` stands for: the one of the rule that fills it. */
function endpointsByList(tables: readonly Table[]): ReadonlyMap<string, string> {
	const endpoints = new Map<string, string>();
	for (const { rules } of tables) {
		for (const { matches, target } of rules) {
			for (const match of matches) {
				if (match.kind === "recent-set" && target?.kind === "dnat") endpoints.set(match.list, target.to);
			}
		}
	}
	return endpoints;
}

/** The address of the interface behind which a destination lies, else the node's first of the family. */
function sourceFor(ip: IP, { ips, interfaces }: NodeAddresses): IP | undefined {
	const family = familyOf(ip);
	const near = interfaces.find((one) => one.ip !== ip && contains(one.network, ip));
	return near?.ip ?? ips.find((own) => familyOf(own) === family);
}

interface Trip {
	readonly tables: ReadonlyMap<string, ChainOf>;
	readonly journey: Journey;
}

type Next = (flow: Flow) => void;

/** All hooks in the kernel's order. */
function travel(trip: Trip, flow: Flow): void {
	const { packet } = trip.journey;
	if (packet.isFromNode) sent(trip, flow);
	else arrived(trip, flow);
}

function arrived(trip: Trip, flow: Flow): void {
	const { packet, isLocal } = trip.journey;
	const place = { inInterface: packet.inInterface, outInterface: "" };
	visit(trip, "PREROUTING", ["raw", "mangle", "nat"], place, flow, (routed) => {
		if (isLocal(routed.to)) received(trip, routed, place, ["mangle", "filter", "security", "nat"]);
		else forwarded(trip, routed);
	});
}

function received(trip: Trip, flow: Flow, place: Omit<Place, "hook">, tables: readonly string[]): void {
	visit(trip, "INPUT", tables, place, flow, (kept) => {
		const isStray = isLoopback(kept.to as IP) && !trip.journey.packet.isFromNode;
		if (isStray)
			finish(
				kept,
				"unknown",
				undefined,
				"it depends on route_localnet whether packets from outside get to loopback addresses",
			);
		else finish(kept, "delivered");
	});
}

function forwarded(trip: Trip, flow: Flow): void {
	const place = { inInterface: trip.journey.packet.inInterface, outInterface: undefined };
	visit(trip, "FORWARD", ["mangle", "filter", "security"], place, flow, (kept) => left(trip, kept, place));
}

function left(trip: Trip, flow: Flow, place: Omit<Place, "hook">): void {
	visit(trip, "POSTROUTING", ["mangle", "nat"], { ...place, inInterface: "" }, flow, (kept) =>
		finish(kept, "forwarded"),
	);
}

function sent(trip: Trip, flow: Flow): void {
	const { isLocal } = trip.journey;
	const place = (to: string): Omit<Place, "hook"> => ({
		inInterface: "",
		outInterface: isLocal(to) ? "lo" : undefined,
	});
	visit(trip, "OUTPUT", ["raw", "mangle", "nat", "filter", "security"], place(flow.to), flow, (kept) => {
		if (!isLocal(kept.to)) {
			left(trip, kept, place(kept.to));
			return;
		}
		// It comes in again by the loopback interface, and nat is asked once for a connection.
		visit(trip, "POSTROUTING", ["mangle", "nat"], place(kept.to), kept, (back) => {
			const inside = { inInterface: "lo", outInterface: "" };
			visit(trip, "PREROUTING", ["raw", "mangle"], inside, back, (again) =>
				received(trip, again, inside, ["mangle", "filter", "security"]),
			);
		});
	});
}

/** One hook, table by table. */
function visit(
	trip: Trip,
	hook: Hook,
	tables: readonly string[],
	place: Omit<Place, "hook">,
	flow: Flow,
	next: Next,
): void {
	const [table, ...rest] = tables;
	if (table === undefined) {
		next(flow);
		return;
	}
	const goOn = (kept: Flow): void => visit(trip, hook, rest, place, kept, next);
	const chainOf = trip.tables.get(table);
	const chain = chainOf?.(hook);
	if (chainOf === undefined || chain === undefined || (chain.length === 0 && chain.policy !== "DROP")) {
		goOn(flow);
		return;
	}
	const here = { table, chainOf, place: { ...place, hook }, journey: trip.journey, tryBoth };
	walkChain(here, hook, flow, 0, (after, end) => decide(after, end, goOn));
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

function finish(flow: Flow, verdict: Verdict, reject?: string, doubt?: string): void {
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
		flow.outcomes.push(...ifNo);
		return;
	}
	const print = rulePrinter(flow.to.includes(":") ? "ipv6" : "ipv4", "save");
	finish(flow, "unknown", undefined, `cannot tell whether this rule matches: ${print(rule)}`);
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
