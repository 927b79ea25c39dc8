import { hostPort, type IP } from "../net/ip.ts";
import type { Protocol } from "../net/protocol.ts";
import type { Outcome } from "../trace/outcome.ts";
import { isTranslated } from "../trace/outcome.ts";
import { reasonOf } from "../trace/print/reason.ts";
import { subjectOf } from "../trace/print/words.ts";
import type { Client, Sender } from "./clients.ts";
import type { Prepared } from "./prepare.ts";

/** What becomes of new connections from one kind of client to one address, by the rules. */
export interface Reach {
	readonly from: Sender;
	/** What becomes of most of them. `untouched`: no rule sends them to an endpoint. `unknown`: the rules do not tell. */
	readonly verdict: "served" | "rejected" | "dropped" | "untouched" | "unknown";
	/** Endpoints (`ip:port`, as rules spell them) with the part of connections that each gets; empty when unknown. */
	readonly shares: ReadonlyMap<string, number>;
	/** Whose endpoints these are (`shop/web:http`); undefined unless they are served. */
	readonly servedBy: string | undefined;
	/** The part of those served whose endpoint sees the node as the client, 0-1. */
	readonly masqueraded: number;
	/** One sentence without a full stop. */
	readonly reason: string;
}

/** Where clients connect. */
export interface Place {
	readonly ip: IP;
	readonly port: number;
	readonly protocol: Protocol;
}

/** Follows a client's first packet through the rules. */
export function reach({ tracer }: Prepared, client: Client, to: Place): Reach {
	const { from, ip, inInterface } = client;
	const packet = {
		from: ip,
		to: to.ip,
		port: to.port,
		protocol: to.protocol,
		isFromNode: from === "node",
		inInterface,
	};
	const groups = byVerdict(tracer.trace(packet));
	const [likeliest] = [...groups].sort(([, a], [, b]) => sum(b) - sum(a));
	const verdict = groups.has("unknown") ? "unknown" : (likeliest?.[0] ?? "unknown");
	const [first, ...others] = groups.get(verdict) ?? [];
	const reason = first === undefined ? "cannot tell" : reasonOf([first, ...others]);
	const served = verdict === "unknown" ? [] : (groups.get("served") ?? []);
	const shares = new Map<string, number>();
	for (const { destination, probability } of served) {
		const endpoint = hostPort(destination.ip, destination.port);
		shares.set(endpoint, (shares.get(endpoint) ?? 0) + probability);
	}
	const all = sum(served);
	const masked = sum(served.filter(({ isMasqueraded }) => isMasqueraded));
	const servedBy = served[0] && serverOf(served[0]);
	return { from, verdict, shares, servedBy, masqueraded: all === 0 ? 0 : masked / all, reason };
}

/** The service port whose rule or virtual server chose the endpoint. */
function serverOf({ steps }: Outcome): string | undefined {
	const chosen = steps.find(({ act }) => act.kind === "dnat");
	return chosen && subjectOf(chosen);
}

function byVerdict(outcomes: readonly Outcome[]): ReadonlyMap<Reach["verdict"], readonly Outcome[]> {
	const groups = new Map<Reach["verdict"], Outcome[]>();
	for (const outcome of outcomes) {
		const verdict = verdictOf(outcome);
		const group = groups.get(verdict);
		if (group === undefined) groups.set(verdict, [outcome]);
		else group.push(outcome);
	}
	return groups;
}

function verdictOf(outcome: Outcome): Reach["verdict"] {
	const { verdict } = outcome;
	if (verdict !== "forwarded" && verdict !== "delivered") return verdict;
	return isTranslated(outcome) ? "served" : "untouched";
}

function sum(outcomes: readonly Outcome[]): number {
	return outcomes.reduce((total, { probability }) => total + probability, 0);
}
