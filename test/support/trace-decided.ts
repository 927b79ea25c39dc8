import { expect } from "vitest";
import type { Tracer } from "../../src/trace/trace.ts";
import { type Sent, type SentDifference, sentDifferences, toTrace } from "./trace-live.ts";

/** Packets, by what trace knows of them. */
interface Decided {
	/** Each step. */
	readonly ways: readonly Sent[];
	/** Only what becomes of it: whether some rules match, nobody can tell, but it does not matter. */
	readonly ends: readonly Sent[];
	/** Not even that: it depends on what rules do not show. */
	readonly undecided: readonly Sent[];
}

/** What trace knows of packets. */
function decidedBy(tracer: Tracer, sent: readonly Sent[]): Decided {
	const known = sent.map((one) => {
		const outcomes = tracer.trace(toTrace(one.packet));
		if (outcomes.some(({ doubt }) => doubt !== undefined)) return { one, what: "undecided" };
		return { one, what: outcomes.every(({ isWayCertain }) => isWayCertain) ? "ways" : "ends" };
	});
	const those = (wanted: string): readonly Sent[] => known.flatMap(({ one, what }) => (what === wanted ? one : []));
	return { ways: those("ways"), ends: those("ends"), undecided: those("undecided") };
}

/** Packets of which something else becomes in the kernel than trace says, whatever their steps are. */
function endDifferences(tracer: Tracer, sent: readonly Sent[]): readonly SentDifference[] {
	const trace: Tracer["trace"] = (packet, options) =>
		tracer.trace(packet, options).map((outcome) => ({ ...outcome, steps: [] }));
	const ends = sent.map((one) => ({ ...one, recorded: { ...one.recorded, steps: [] } }));
	return sentDifferences({ trace }, ends, "all");
}

/** What was compared so far. */
export interface Tally {
	readonly compared: Sent[];
	/** Of them, by their ends only. */
	endsOnly: number;
	undecided: number;
}

/** Nothing yet. */
export function newTally(): Tally {
	return { compared: [], endsOnly: 0, undecided: 0 };
}

/**
 * Compares packets with what trace says, as far as it knows.
 *
 * @param differencesOf those of packets of which each step is known
 */
export function compareDecided(
	tally: Tally,
	tracer: Tracer,
	sent: readonly Sent[],
	differencesOf: (ways: readonly Sent[]) => readonly unknown[],
): void {
	const { ways, ends, undecided } = decidedBy(tracer, sent);
	expect(differencesOf(ways)).toEqual([]);
	expect(endDifferences(tracer, ends)).toEqual([]);
	tally.compared.push(...ways, ...ends);
	tally.endsOnly += ends.length;
	tally.undecided += undecided.length;
}

/** Packets ended in every way, and hardly any was undecided. */
export function expectEveryEnd({ compared, endsOnly, undecided }: Tally): void {
	const verdicts = new Set(compared.map(({ recorded }) => recorded.verdict));
	expect([...verdicts].sort()).toEqual(["delivered", "dropped", "forwarded", "rejected"]);
	const masqueraded = compared.filter(({ recorded }) => recorded.masqueraded).length;
	const translated = compared.filter(({ packet, recorded }) => packet.to !== recorded.destination.ip).length;
	expect(Math.min(masqueraded, translated)).toBeGreaterThan(0);
	expect(endsOnly + undecided).toBeLessThan(compared.length / 20);
}

/** In words. */
export function printTally({ compared, endsOnly, undecided }: Tally): string {
	return `${compared.length} packets, ${endsOnly} of them by their ends, ${undecided} undecided`;
}
