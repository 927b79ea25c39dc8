import { compareOutcomes, type OutcomeDifference } from "../trace/compare-outcomes.ts";
import type { Outcome } from "../trace/outcome.ts";
import type { Prepared } from "./prepare.ts";
import { type Probe, probesOf } from "./probes.ts";

/** A kind of packet that fares otherwise in another mode. */
export interface ModeDifference {
	readonly probe: Probe;
	readonly differences: readonly OutcomeDifference[];
	readonly old: readonly Outcome[];
	readonly current: readonly Outcome[];
}

/** What changes for clients when a node changes its mode. */
export interface ModeComparison {
	/** The one before, and the one after. */
	readonly modes: readonly [string, string];
	/** How many kinds of packets were traced. */
	readonly probes: number;
	readonly differences: readonly ModeDifference[];
}

/**
 * What changes for the clients of service ports when a node changes its mode, found by tracing packets of every kind
 * through both. Ordered by service port, then frontend.
 *
 * @param old the node in one mode, in one family
 * @param current the same node in the other mode
 * @param isWanted which service ports, by name
 */
export function compareModes(
	old: Prepared,
	current: Prepared,
	isWanted: (servicePort: string) => boolean,
): Omit<ModeComparison, "modes"> {
	const probes = old.model.servicePorts
		.filter(({ name }) => isWanted(name))
		.flatMap((port) => probesOf(port, old.model));
	const differences = probes.flatMap((probe): readonly ModeDifference[] => {
		const [before, after] = [outcomesOf(old, probe), outcomesOf(current, probe)];
		const found = compareOutcomes(before, after);
		return found.length === 0 ? [] : [{ probe, differences: found, old: before, current: after }];
	});
	return { probes: probes.length, differences };
}

/** In IPVS mode the node's own packets to an address of a virtual server carry that address as their source. */
function outcomesOf({ tracer, state }: Prepared, { packet, client }: Probe): readonly Outcome[] {
	const isDummy = state.dummyIPs?.includes(packet.to) === true;
	return tracer.trace(client === "node" && isDummy ? { ...packet, from: packet.to } : packet);
}
