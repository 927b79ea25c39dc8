import { hostPort } from "../net/ip.ts";
import { isServed, type Outcome, SAME_SHARE } from "./outcome.ts";
import { percent } from "./percent.ts";

/** Something that a client, or an endpoint, notices. */
export interface OutcomeDifference {
	/**
	 * `verdict`: what becomes of the packet. `endpoints`: who may get it. `shares`: how often. `source`: whom the
	 * endpoint sees. `reject`: with which error.
	 */
	readonly kind: "verdict" | "endpoints" | "shares" | "source" | "reject";
	/** As it was, and as it is. */
	readonly old: string;
	readonly current: string;
}

/** What differs between two sets of outcomes of one packet, for those at both ends. Ways do not matter. */
export function compareOutcomes(old: readonly Outcome[], current: readonly Outcome[]): readonly OutcomeDifference[] {
	const compared = (kind: OutcomeDifference["kind"], textOf: (outcomes: readonly Outcome[]) => string) => {
		const [before, after] = [textOf(old), textOf(current)];
		return before === after ? [] : [{ kind, old: before, current: after }];
	};
	const verdicts = compared("verdict", (outcomes) => list(outcomes.map(({ verdict }) => verdict)));
	if (verdicts.length > 0) return verdicts;
	const endpoints = compared("endpoints", (outcomes) => list(outcomes.filter(isServed).map(endpointOf)));
	return [
		...endpoints,
		...(endpoints.length > 0 ? [] : shareDifference(old.filter(isServed), current.filter(isServed))),
		...compared("source", (outcomes) => list(outcomes.filter(isServed).map(({ source }) => source))),
		...compared("reject", (outcomes) => list(outcomes.map(({ reject }) => reject ?? ""))),
	];
}

function list(values: readonly string[]): string {
	return [...new Set(values)].sort().join(", ");
}

function endpointOf({ destination }: Outcome): string {
	return hostPort(destination.ip, destination.port);
}

function shareDifference(old: readonly Outcome[], current: readonly Outcome[]): readonly OutcomeDifference[] {
	const [before, after] = [sharesOf(old), sharesOf(current)];
	const isSame = [...before].every(([key, share]) => Math.abs(share - (after.get(key) ?? 0)) < SAME_SHARE);
	return isSame ? [] : [{ kind: "shares", old: shareText(before), current: shareText(after) }];
}

function sharesOf(outcomes: readonly Outcome[]): ReadonlyMap<string, number> {
	const shares = new Map<string, number>();
	for (const outcome of outcomes) {
		const key = endpointOf(outcome);
		shares.set(key, (shares.get(key) ?? 0) + outcome.probability);
	}
	return shares;
}

function shareText(shares: ReadonlyMap<string, number>): string {
	return [...shares]
		.map(([key, share]) => `${percent(share)} ${key}`)
		.sort()
		.join(", ");
}
