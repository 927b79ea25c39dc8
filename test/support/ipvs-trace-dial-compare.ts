import { isDeepStrictEqual } from "node:util";
import { hostPort } from "../../src/net/ip.ts";
import type { Outcome } from "../../src/trace/outcome.ts";
import type { Packet } from "../../src/trace/packet.ts";
import { errorOf } from "./ipvs-trace-client-error.ts";
import type { TracedDial } from "./ipvs-trace-dial.ts";
import type { LabDialed } from "./wired-dial.ts";

/** How what clients met differs from what trace says; undefined: not at all. */
export function dialDifference({ kind, packet, dial, outcomes, tracer }: TracedDial, result: LabDialed): unknown {
	const isSticky = outcomes.some(({ steps }) => steps.some(({ virtualServer }) => isPersistent(virtualServer)));
	// The first connection goes anywhere, and those after it to the same place.
	const possible = isSticky
		? outcomes.map(({ destination: { ip, port } }) => tracer.trace(packet, { affinity: hostPort(ip, port) }))
		: [outcomes];
	const trace = possible.map((some) => expectedOf(some, packet, dial.times));
	const { served, errors, own } = result;
	const kernel = { served: sorted(Object.entries(served)), errors: sorted(Object.entries(errors)), own };
	return trace.some((one) => isDeepStrictEqual(one, kernel)) ? undefined : { kind, kernel, trace };
}

function expectedOf(outcomes: readonly Outcome[], packet: Packet, times: number): unknown {
	const [served, errors] = [new Map<string, number>(), new Map<string, number>()];
	for (const outcome of outcomes) {
		const { destination, source, probability } = outcome;
		const error = errorOf(packet, outcome);
		const counts = error === undefined ? served : errors;
		const key = error ?? `${destination.ip} ${destination.port} ${source}`;
		counts.set(key, (counts.get(key) ?? 0) + probability * times);
	}
	return { served: sorted(served), errors: sorted(errors), own: [packet.from] };
}

function isPersistent(server: Outcome["steps"][number]["virtualServer"]): boolean {
	return server?.persistenceSeconds !== undefined;
}

/** Sums of parts are not exact. */
function sorted(entries: Iterable<readonly [string, number]>): readonly (readonly [string, number])[] {
	const rounded = [...entries].map(([key, count]) => [key, Math.round(count * 1e6) / 1e6] as const);
	return rounded.sort(([a], [b]) => (a < b ? -1 : 1));
}
