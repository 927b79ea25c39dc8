import { hostPort } from "../../net/ip.ts";
import type { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { percent } from "../percent.ts";
import { foldWays, type Way } from "./fold-ways.ts";
import { labelLines } from "./label.ts";
import { servicePortOf } from "./reason.ts";
import { type Stop, type StopKind, stopsOf, UNSAID } from "./stops.ts";

/** All outcomes of a trace as one graph without cycles. Ways that have a part in common share its nodes. */
export interface Diagram {
	/** In which direction the packet goes: many endpoints have more room below each other. */
	readonly direction: "down" | "right";
	/** The packet first. */
	readonly nodes: readonly DiagramNode[];
	readonly edges: readonly DiagramEdge[];
}

/** A stop of the packet. */
export interface DiagramNode {
	/** `n0`, `n1` … */
	readonly id: string;
	readonly kind: StopKind;
	/** Text without line breaks, control characters or what else would disturb a reader; at least one. */
	readonly lines: readonly string[];
}

/** A way from node to node. */
export interface DiagramEdge {
	readonly from: string;
	readonly to: string;
	/** As in nodes; none: every packet goes this way, and there is nothing to say about it. */
	readonly lines: readonly string[];
}

interface NodeDraft {
	readonly id: string;
	readonly stop: Stop;
	probability: number;
	readonly destinations: Set<string>;
}

interface EdgeDraft {
	readonly from: string;
	readonly to: string;
	readonly stop: Stop;
	probability: number;
}

interface Draft {
	readonly nodes: Map<string, NodeDraft>;
	readonly edges: Map<string, EdgeDraft>;
	/** Keys of nodes by what comes from there on. */
	readonly tails: Map<string, string>;
}

/** More endpoints beside each other would be wider than a page. */
const MOST_BESIDE = 4;

/**
 * Puts the outcomes of a trace together as a graph.
 *
 * @param isVerbose every endpoint and every chain; else the endpoints that get most, one node for the rest, and no chains
 * that a packet came out of as it went in
 */
export function diagramOf(packet: Packet, outcomes: readonly Outcome[], isVerbose: boolean): Diagram {
	const start = packetStop(packet, outcomes);
	const ways = outcomes.map((outcome) => ({ outcome, stops: [start, ...stopsOf(outcome, isVerbose)] }));
	const draft: Draft = { nodes: new Map(), edges: new Map(), tails: new Map() };
	for (const way of isVerbose ? ways : foldWays(ways)) addWay(draft, way);
	const edges = [...draft.edges.values()];
	const nodes = [...draft.nodes.values()];
	const passing = new Map(nodes.map(({ id, probability }) => [id, probability]));
	const ends = nodes.filter(({ stop }) => stop.kind === "endpoint" || stop.kind === "more");
	return {
		direction: ends.length > MOST_BESIDE ? "right" : "down",
		nodes: nodes.map((node) => ({ id: node.id, kind: node.stop.kind, lines: nodeLines(node) })),
		edges: edges.map((edge) => ({ from: edge.from, to: edge.to, lines: edgeLines(edge, passing.get(edge.from) ?? 1) })),
	};
}

function packetStop({ from, to, port, protocol, isFromNode, inInterface }: Packet, outcomes: readonly Outcome[]): Stop {
	const name = outcomes.map(servicePortOf).find((one) => one !== undefined);
	const who = isFromNode ? `the node itself, ${from}` : from;
	const through = inInterface === undefined ? "" : `, arriving by ${inInterface}`;
	const dialed = `to ${hostPort(to, port)}${name === undefined ? "" : ` (${name})`}`;
	return { kind: "packet", key: "packet", lines: [`${protocol} from ${who}${through}`, dialed], ...UNSAID };
}

/**
 * Up to its endpoint a way shares nodes with those that came the same way; behind it, and at the verdict, with those that
 * go on the same way.
 */
function addWay({ nodes, edges, tails }: Draft, { outcome, stops }: Way): void {
	const { probability, destination } = outcome;
	const behind = tailKeys(tails, stops);
	let from = "";
	for (const [index, stop] of stops.entries()) {
		const key = behind[index] ?? JSON.stringify([from, stop.key]);
		const node = nodes.get(key) ?? { id: `n${nodes.size}`, stop, probability: 0, destinations: new Set() };
		nodes.set(key, node);
		node.probability += probability;
		node.destinations.add(hostPort(destination.ip, destination.port));
		if (from !== "") addEdge(edges, { from, to: node.id, stop, probability });
		from = node.id;
	}
}

/** The keys of the stops behind the endpoint, and of the verdict, at their places. */
function tailKeys(tails: Map<string, string>, stops: readonly Stop[]): readonly (string | undefined)[] {
	const keys: (string | undefined)[] = stops.map(() => undefined);
	const split = stops.findLastIndex(({ kind }) => kind === "endpoint" || kind === "more");
	const first = split < 0 ? stops.length - 1 : split + 1;
	let next: readonly string[] = [];
	for (let index = stops.length - 1; index >= first; index--) {
		const stop = stops[index];
		if (stop === undefined) continue;
		const text = JSON.stringify([stop.key, ...next]);
		const key = tails.get(text) ?? `tail ${tails.size}`;
		tails.set(text, key);
		keys[index] = key;
		next = [stop.words, key];
	}
	return keys;
}

function addEdge(edges: Map<string, EdgeDraft>, edge: EdgeDraft): void {
	const key = JSON.stringify([edge.from, edge.to, edge.stop.words]);
	const known = edges.get(key);
	if (known === undefined) edges.set(key, edge);
	else known.probability += edge.probability;
}

function nodeLines({ stop, probability, destinations }: NodeDraft): readonly string[] {
	const [first = "", ...more] = stop.lines;
	const part = isAll(probability) ? "" : `, ${percent(probability)}`;
	switch (stop.kind) {
		case "packet":
		case "chain":
		case "masquerade":
			return labelLines(stop.lines);
		case "more":
			return labelLines([`${destinations.size} more endpoints${part}`]);
		default:
			return labelLines([`${first}${part}`, ...more]);
	}
}

/** The part of all packets is said where ways part. */
function edgeLines({ stop, probability }: EdgeDraft, passing: number): readonly string[] {
	const isOnly = isAll(probability / passing);
	const words = stop.words === "" && stop.isByLot && !isOnly ? "by lot" : stop.words;
	return labelLines([[isOnly ? "" : percent(probability), words].filter((text) => text !== "").join(": ")]);
}

/** Sums of probabilities are not exact. */
function isAll(probability: number): boolean {
	return probability > 1 - 1e-9;
}
