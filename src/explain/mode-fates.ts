import { hostPort } from "../net/ip.ts";
import type { Fate } from "./compare-modes.ts";
import type { Probe } from "./probes.ts";

/**
 * What becomes of a packet, in words that are the same for all Services that fare alike: without addresses, names and numbers. One
 * text for each way it may take, in order.
 */
export function fatesInWords(outcomes: readonly Fate[], probe: Probe): readonly string[] {
	const parts = new Map<string, Fate[]>();
	for (const outcome of outcomes) {
		const { verdict, isTranslated, reject } = outcome;
		const key = [verdict, isTranslated, isItself(outcome, probe), sourceText(outcome, probe), reject].join(" ");
		const known = parts.get(key);
		if (known === undefined) parts.set(key, [outcome]);
		else known.push(outcome);
	}
	const texts = [...new Set([...parts.values()].map((own) => fateText(own, probe)))].sort();
	return texts.length > 1 ? texts.map((text) => `by lot: ${text}`) : texts;
}

function fateText(outcomes: readonly Fate[], probe: Probe): string {
	const [first] = outcomes;
	switch (first?.verdict) {
		case undefined:
			return "nothing";
		case "dropped":
			return "dropped: the client waits until it gives up";
		case "rejected":
			return `refused: ${first.reject?.replace(/^icmp6?-/, "").replaceAll("-", " ")}`;
		case "unknown":
			return `cannot tell: ${first.doubt}`;
		case "forwarded":
		case "delivered":
			if (isItself(first, probe)) return `goes to itself, ${first.isMasqueraded ? "masqueraded" : SELF}`;
			if (first.isTranslated) return `goes to ${receivers(outcomes, probe)}, which ${sourceText(first, probe)}`;
			return untouched(first);
	}
}

function untouched({ verdict, isMasqueraded }: Fate): string {
	const seen = isMasqueraded ? ", masqueraded" : "";
	return verdict === "delivered"
		? `is left to the node's own processes${seen}`
		: `passes as it is: no rule sends it to an endpoint${seen}`;
}

const SELF = "not masqueraded: it answers itself, and the connection hangs";

/** An endpoint dials its Service, and chance has it. */
function isItself({ destination, isTranslated }: Fate, { packet, client }: Probe): boolean {
	return isTranslated && client.startsWith("endpoint") && destination.ip === packet.from;
}

/** Which of the endpoints get it. */
function receivers(outcomes: readonly Fate[], { servicePort }: Probe): string {
	const reached = new Set(outcomes.map(({ destination }) => hostPort(destination.ip, destination.port)));
	const own = (servicePort?.endpoints ?? []).filter(({ canonicalIP, port }) =>
		reached.has(hostPort(canonicalIP, port)),
	);
	if (own.length < reached.size) return "an endpoint of another Service";
	const all = servicePort?.selection.reachable ?? [];
	if (all.length === 1 && own.length === 1) return "the only endpoint";
	if (own.length === all.length) return "one of all endpoints";
	if (own.every(({ isLocal }) => isLocal)) return "an endpoint on this node";
	if (!own.some(({ isLocal }) => isLocal)) return "an endpoint on another node";
	return "one of some endpoints";
}

/** Whom the endpoint sees. */
function sourceText({ source, isMasqueraded }: Fate, { packet, client }: Probe): string {
	if (isMasqueraded) return "sees the node as its client";
	if (source === packet.from) return client === "node" ? "sees the node as its client" : "sees the client itself";
	return source === packet.to ? "sees the address that was dialled as its client" : `sees ${source} as its client`;
}
