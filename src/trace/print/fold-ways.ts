import type { Outcome } from "../outcome.ts";
import { type Stop, UNSAID } from "./stops.ts";

/** An outcome with its stops, the packet first and the verdict last. */
export interface Way {
	readonly outcome: Outcome;
	readonly stops: readonly Stop[];
}

/** So many endpoints are drawn one by one, and as many ways that lead to none. */
const MOST_ENDPOINTS = 12;

/** So many stops of a way are drawn; kube-proxy's rules make about ten. */
const MOST_STOPS = 40;

/** Ways as a diagram has room for: those to the endpoints that get most as they are, one stop for the rest. */
export function foldWays(ways: readonly Way[]): readonly Way[] {
	const drawn = mostLikely(ways);
	return ways.map((way) => withoutMiddle(drawn.has(endOf(way)) ? way : folded(way)));
}

/** The endpoint's key; without one, the whole way. */
function endOf({ stops }: Way): string {
	const endpoint = stops.find(({ kind }) => kind === "endpoint");
	return endpoint?.key ?? JSON.stringify(stops.map(({ key }) => key));
}

function mostLikely(ways: readonly Way[]): ReadonlySet<string> {
	const [endpoints, others] = [new Map<string, number>(), new Map<string, number>()];
	for (const way of ways) {
		const parts = hasEndpoint(way) ? endpoints : others;
		parts.set(endOf(way), (parts.get(endOf(way)) ?? 0) + way.outcome.probability);
	}
	const kept = [endpoints, others].flatMap((parts) =>
		[...parts].sort((a, b) => rounded(b[1]) - rounded(a[1])).slice(0, MOST_ENDPOINTS),
	);
	return new Set(kept.map(([key]) => key));
}

/** The rules give probabilities with ten or eleven digits: those that should be equal are so but for the last of them. */
function rounded(probability: number): number {
	return Number(probability.toPrecision(6));
}

function hasEndpoint({ stops }: Way): boolean {
	return stops.some(({ kind }) => kind === "endpoint");
}

/** One stop stands for an endpoint and the chain of its own. A way without an endpoint keeps its ends. */
function folded({ outcome, stops }: Way): Way {
	const at = stops.findIndex(({ kind }) => kind === "endpoint");
	const chain = stops[at]?.chain;
	const own = chain === undefined ? at : stops.findIndex((stop) => stop.chain === chain);
	return at < 0
		? { outcome, stops: [...stops.slice(0, 1), MORE_WAYS, ...stops.slice(-1)] }
		: {
				outcome,
				stops: [
					...stops.slice(0, own),
					{ ...MORE_ENDPOINTS, isByLot: stops[own]?.isByLot === true },
					...stops.slice(at + 1),
				],
			};
}

const MORE_ENDPOINTS: Stop = { kind: "more", key: "more", lines: ["more endpoints"], ...UNSAID };
const MORE_WAYS: Stop = { kind: "chain", key: "more ways", lines: ["other chains"], ...UNSAID };

function withoutMiddle(way: Way): Way {
	const { outcome, stops } = way;
	const half = MOST_STOPS / 2;
	const left = stops.length - MOST_STOPS;
	if (left <= 0) return way;
	const gap: Stop = { kind: "chain", key: `${left} more`, lines: [`${left} more chains`], ...UNSAID };
	return { outcome, stops: [...stops.slice(0, half), gap, ...stops.slice(-half)] };
}
