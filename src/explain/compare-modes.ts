import { compareOutcomes, type OutcomeDifference } from "../trace/compare-outcomes.ts";
import { isTranslated, type Outcome } from "../trace/outcome.ts";
import type { Prepared } from "./prepare.ts";
import { type Probe, probesOf } from "./probes.ts";

/** An outcome without the way there: of many packets these take much room. */
export interface Fate extends Omit<Outcome, "steps"> {
	/** It is sent to an endpoint, or elsewhere: a rule or a virtual server changed its destination. */
	readonly isTranslated: boolean;
}

/** A kind of packet that fares otherwise in another mode. */
export interface ModeDifference {
	readonly probe: Probe;
	readonly differences: readonly OutcomeDifference[];
	readonly old: readonly Fate[];
	readonly current: readonly Fate[];
}

/** What changes for the clients of a node in one family when it changes its mode. */
export interface ModeComparison {
	/** How many kinds of packets were traced. */
	readonly probes: number;
	/** The Services they were for: `shop/web`. */
	readonly services: ReadonlySet<string>;
	/** In the order of the probes. */
	readonly differences: readonly ModeDifference[];
}

/**
 * What changes for the clients of service ports when a node changes its mode, found by tracing packets of every kind
 * through both. Ordered by service port, then frontend.
 *
 * @param old the node in one mode, in one family
 * @param current the same node in the other mode
 * @param isWanted which service ports, by name; undefined: all, and addresses that no Service has
 */
export function compareModes(
	old: Prepared,
	current: Prepared,
	isWanted?: (servicePort: string) => boolean,
): ModeComparison {
	const probes = probesOf(old.model, isWanted);
	const names = probes.flatMap(({ servicePort: port }) =>
		port === undefined ? [] : `${port.namespace}/${port.service}`,
	);
	const [traceOld, traceCurrent] = [probeTracer(old), probeTracer(current)];
	const differences = probes.flatMap((probe): readonly ModeDifference[] => {
		const [before, after] = [traceOld(probe), traceCurrent(probe)];
		const found = compareOutcomes(before, after);
		return found.length === 0
			? []
			: [{ probe, differences: found, old: before.map(fateOf), current: after.map(fateOf) }];
	});
	return { probes: probes.length, services: new Set(names), differences };
}

/** In IPVS mode the node's own packets to an address of a virtual server carry that address as their source. */
function probeTracer({ tracer, state }: Prepared): (probe: Probe) => readonly Outcome[] {
	const dummyIPs = new Set(state.dummyIPs);
	return ({ packet, client, affinity }) => {
		const sent = client === "node" && dummyIPs.has(packet.to) ? { ...packet, from: packet.to } : packet;
		return tracer.trace(sent, { affinity });
	};
}

function fateOf(outcome: Outcome): Fate {
	const { steps: _, ...rest } = outcome;
	return { ...rest, isTranslated: isTranslated(outcome) };
}
