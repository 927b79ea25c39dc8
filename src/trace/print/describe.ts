import { familyOf } from "../../net/ip.ts";
import type { Outcome, Step } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { type Names, NO_NAMES } from "./names.ts";
import { reasonOf, servicePortOf } from "./reason.ts";
import { replyOf } from "./reply.ts";
import { stepPrinter } from "./step-line.ts";
import { wordsOf } from "./words.ts";

/** A trace as plain JSON data. Documented in docs/json.md. Absent fields do not apply. */
export function describeTrace(
	packet: Packet,
	outcomes: readonly Outcome[],
	node: string | undefined,
	names: Names = NO_NAMES,
	caveats: readonly string[] = [],
): unknown {
	const doubts = caveats.length === 0 ? undefined : caveats;
	return { packet: describePacket(packet, node), caveats: doubts, outcomes: describeOutcomes(packet, outcomes, names) };
}

/** The packet as plain JSON data. */
export function describePacket({ from, to, port, protocol }: Packet, node: string | undefined): unknown {
	return { from, to, port, protocol, node };
}

/** The outcomes as plain JSON data. */
export function describeOutcomes(packet: Packet, outcomes: readonly Outcome[], names: Names): readonly unknown[] {
	const line = stepPrinter(familyOf(packet.to));
	const known = names.servicePortAt(packet.to, packet.port, packet.protocol);
	return outcomes.map((outcome) => ({
		probability: outcome.probability,
		verdict: outcome.verdict,
		destination: outcome.destination,
		source: outcome.source,
		masqueraded: outcome.isMasqueraded,
		reject: outcome.reject,
		servicePort: servicePortOf(outcome) ?? known,
		reason: reasonOf([outcome], known),
		reply: replyOf(packet, outcome),
		steps: outcome.steps.map((step) => describeStep(step, line(step))),
	}));
}

function describeStep(step: Step, text: string | undefined): unknown {
	const { hook, table, chain, number, action, mark } = step;
	return { hook, table, chain, rule: number ?? null, text, action, mark, meaning: wordsOf(step) };
}
