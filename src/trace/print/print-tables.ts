import { hostPort } from "../../net/ip.ts";
import { compareOutcomes, type OutcomeDifference } from "../compare-outcomes.ts";
import type { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { percent } from "../percent.ts";
import { aligned } from "./aligned.ts";
import { fatesOf } from "./fate.ts";
import type { Names } from "./names.ts";
import { reasonOf } from "./reason.ts";

/** What becomes of a packet on one node, or in one mode. */
export interface NamedTrace {
	/** Of the node, or the mode. */
	readonly name: string;
	readonly packet: Packet;
	readonly outcomes: readonly Outcome[];
	readonly names: Names;
}

/** A packet as every node treats it: one line a node and fate. */
export function printNodes(traces: readonly NamedTrace[]): string {
	const rows = traces.flatMap((trace) =>
		textsOf(trace).map((text, index) => [
			index === 0 ? trace.name : "",
			index === 0 ? `${trace.packet.from} to ${hostPort(trace.packet.to, trace.packet.port)}` : "",
			text,
		]),
	);
	return `${aligned([["NODE", "PACKET", "WHAT BECOMES OF IT"], ...rows]).join("\n")}\n`;
}

/**
 * What becomes of a packet, one text a fate.
 *
 * @param known the service port, if somebody knows it beside the rules
 */
export function fateTexts(outcomes: readonly Outcome[], known?: string): readonly string[] {
	return fatesOf(outcomes).map(({ probability, outcomes: own }) => {
		const chance = probability > 1 - 1e-9 ? "" : `${percent(probability)} `;
		return `${chance}${reasonOf(own, known)}`;
	});
}

function textsOf({ packet, outcomes, names }: NamedTrace): readonly string[] {
	return fateTexts(outcomes, names.servicePortAt(packet.to, packet.port, packet.protocol));
}

/** What a client, or an endpoint, notices when the mode changes. */
const NOTICED: Readonly<Record<OutcomeDifference["kind"], string>> = {
	verdict: "what becomes of the packet",
	endpoints: "who may get it",
	shares: "how often each endpoint gets it",
	source: "whom the endpoint sees as its client",
	reject: "the error that the client gets",
};

/** A packet in several modes: what becomes of it in each, and where they part. At least two. */
export function printModes(traces: readonly NamedTrace[]): string {
	const [first] = traces;
	if (first === undefined) return "";
	const { from, to, port, protocol } = first.packet;
	const rows = traces.flatMap((trace) => textsOf(trace).map((text, index) => [index === 0 ? trace.name : "", text]));
	const parted = traces.slice(1).flatMap((trace) => partings(first, trace));
	const verdict =
		parted.length === 0
			? "Nothing changes for client and endpoint; only the rules differ."
			: ["Where the modes part:", ...parted].join("\n");
	return `${[`${protocol.toUpperCase()} from ${from} to ${hostPort(to, port)}`, aligned(rows).join("\n"), verdict].join("\n\n")}\n`;
}

function partings(first: NamedTrace, other: NamedTrace): readonly string[] {
	return compareOutcomes(first.outcomes, other.outcomes).flatMap(({ kind, old, current }) => [
		`  ${NOTICED[kind]}:`,
		...aligned([
			[`  ${first.name}`, old === "" ? "none" : old],
			[`  ${other.name}`, current === "" ? "none" : current],
		]),
	]);
}
