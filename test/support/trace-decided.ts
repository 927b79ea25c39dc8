import type { Tracer } from "../../src/trace/trace.ts";
import { type Sent, type SentDifference, sentDifferences, toTrace } from "./trace-live.ts";

/** Packets, by what trace knows of them. */
export interface Decided {
	/** Each step. */
	readonly ways: readonly Sent[];
	/** Only what becomes of it: whether some rules match, nobody can tell, but it does not matter. */
	readonly ends: readonly Sent[];
	/** Not even that: it depends on what rules do not show. */
	readonly undecided: readonly Sent[];
}

/** What trace knows of packets. */
export function decidedBy(tracer: Tracer, sent: readonly Sent[]): Decided {
	const known = sent.map((one) => {
		const outcomes = tracer.trace(toTrace(one.packet));
		if (outcomes.some(({ doubt }) => doubt !== undefined)) return { one, what: "undecided" };
		return { one, what: outcomes.every(({ isWayCertain }) => isWayCertain) ? "ways" : "ends" };
	});
	const those = (wanted: string): readonly Sent[] => known.flatMap(({ one, what }) => (what === wanted ? one : []));
	return { ways: those("ways"), ends: those("ends"), undecided: those("undecided") };
}

/** Packets of which something else becomes in the kernel than trace says, whatever their steps are. */
export function endDifferences(tracer: Tracer, sent: readonly Sent[]): readonly SentDifference[] {
	const trace: Tracer["trace"] = (packet, options) =>
		tracer.trace(packet, options).map((outcome) => ({ ...outcome, steps: [] }));
	const ends = sent.map((one) => ({ ...one, recorded: { ...one.recorded, steps: [] } }));
	return sentDifferences({ trace }, ends, "all");
}
