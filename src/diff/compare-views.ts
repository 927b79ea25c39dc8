import type { Change, ChangeKind, Telling } from "./change.ts";
import { addressKey, type FrontendView, printFrontend, type Verdict } from "./frontend.ts";
import { list, percent, plural } from "./words.ts";

/** Which service port has an address (`addressKey`) on each side. */
export interface Heirs {
	readonly before: ReadonlyMap<string, string>;
	readonly after: ReadonlyMap<string, string>;
}

/** How the frontends of one service port differ for clients. */
export function compareViews(
	old: readonly FrontendView[],
	current: readonly FrontendView[],
	telling: Telling,
	heirs?: Heirs,
): readonly Change[] {
	if (old.length === 0 && current.length === 0) return [];
	const isLive = telling === "live";
	if (old.length === 0) return [appeared(current, isLive, heirs?.before)];
	if (current.length === 0) return [disappeared(old, isLive, heirs?.after)];
	const pairs = pairUp(old, current);
	return [
		...endpointChanges(pairs, isLive),
		...pairs.flatMap((pair) => frontendChanges(pair, isLive)),
		...pairs.flatMap((pair) => shareChanges(pair, isLive)),
		...pairs.flatMap((pair) => propertyChanges(pair, isLive)),
	];
}

interface Pair {
	readonly old: FrontendView | undefined;
	readonly current: FrontendView | undefined;
	readonly name: string;
}

function pairUp(old: readonly FrontendView[], current: readonly FrontendView[]): readonly Pair[] {
	const key = ({ ip, port, protocol }: FrontendView): string => `${ip} ${port} ${protocol}`;
	const before = new Map(old.map((frontend) => [key(frontend), frontend]));
	const after = new Map(current.map((frontend) => [key(frontend), frontend]));
	return [...new Set([...before.keys(), ...after.keys()])].map((one) => {
		const [first, second] = [before.get(one), after.get(one)];
		// The rule that forwards says which kind of address it is; one that refuses often does not.
		const named = [first, second].find((frontend) => frontend?.verdict === "forwarded") ?? second ?? first;
		return { old: first, current: second, name: named === undefined ? "" : printFrontend(named) };
	});
}

function change(kind: ChangeKind, detail: string, message: string): Change {
	return { kind, detail, message };
}

/** The other service ports that have the addresses of one, when all are taken. */
function takers(
	frontends: readonly FrontendView[],
	owners: ReadonlyMap<string, string> | undefined,
): readonly string[] {
	const others = frontends.map((frontend) => owners?.get(addressKey(frontend)));
	return others.every((other) => other !== undefined) ? [...new Set(others)] : [];
}

function appeared(
	frontends: readonly FrontendView[],
	isLive: boolean,
	before: ReadonlyMap<string, string> | undefined,
): Change {
	const names = list(frontends.map(printFrontend));
	const from = takers(frontends, before);
	if (from.length > 0) {
		const had = isLive ? "belongs on the node to" : "belonged to";
		return change("service-added", names, `appears: ${names} ${had} ${list(from)}; ${outcomeOf(frontends[0])}`);
	}
	const message = isLive
		? `the node knows nothing of it: connections to ${names} are not translated, ${unserved(frontends)}`
		: `appears: ${names} ${frontends.length === 1 ? "is" : "are"} served; ${outcomeOf(frontends[0])}`;
	return change("service-added", names, message);
}

function disappeared(
	frontends: readonly FrontendView[],
	isLive: boolean,
	after: ReadonlyMap<string, string> | undefined,
): Change {
	const names = list(frontends.map(printFrontend));
	const to = takers(frontends, after);
	if (to.length > 0) {
		return change(
			"service-removed",
			names,
			`disappears: ${names} ${isLive ? "should belong" : "belongs"} to ${list(to)}`,
		);
	}
	const message = isLive
		? `the node still serves it, though it should not: ${names}; ${outcomeOf(frontends[0])}`
		: `disappears: connections to ${names} are no longer translated, ${unserved(frontends)}`;
	return change("service-removed", names, message);
}

/** What clients get who find nobody: a node port is an address of the node, and that refuses what it does not serve. */
function unserved(frontends: readonly FrontendView[]): string {
	const isRefused = ({ kind }: FrontendView): boolean => kind === "node port";
	if (frontends.every(isRefused)) return "clients are refused by the node";
	return frontends.some(isRefused) ? "clients get no answer, or are refused by the node" : "clients get no answer";
}

function frontendChanges({ old, current, name }: Pair, isLive: boolean): readonly Change[] {
	if (old === undefined && current !== undefined) {
		const message = isLive
			? `${name} is missing on the node: ${unserved([current])} there`
			: `${name} appears: ${outcomeOf(current)}`;
		return [change("frontend-added", name, message)];
	}
	if (old !== undefined && current === undefined) {
		const message = isLive
			? `${name} is left over on the node: ${outcomeOf(old)}`
			: `${name} disappears: ${unserved([old])} there`;
		return [change("frontend-removed", name, message)];
	}
	if (old === undefined || current === undefined || old.verdict === current.verdict) return [];
	const message = isLive
		? `connections to ${name} ${NOW[old.verdict]}; they should be ${current.verdict}`
		: `connections to ${name} ${NOW[current.verdict]}; they were ${old.verdict}`;
	return [change("verdict-changed", `${name}: ${old.verdict} -> ${current.verdict}`, message)];
}

const NOW: Readonly<Record<Verdict, string>> = {
	forwarded: "are forwarded to an endpoint",
	rejected: 'are rejected ("connection refused")',
	dropped: "are dropped: clients wait until they give up",
	ignored: "are not translated: clients get no answer, or are refused by the node",
};

/** Endpoints that came or went, each once, with the frontends it is about. */
function endpointChanges(pairs: readonly Pair[], isLive: boolean): readonly Change[] {
	const both = pairs.filter(({ old, current }) => old !== undefined && current !== undefined);
	const gone = gather(both, ({ old, current }) => [old, current]);
	const come = gather(both, ({ old, current }) => [current, old]);
	return [
		...[...come].map(([endpoint, names]) => {
			const at = list(names);
			const message = isLive
				? `endpoint ${endpoint} is missing on the node: it should get its part of new connections to ${at}`
				: `endpoint ${endpoint} is new: it gets its part of new connections to ${at}${portless(endpoint)}`;
			return change("endpoint-added", endpoint, message);
		}),
		...[...gone].map(([endpoint, names]) => {
			const at = list(names);
			const message = isLive
				? `endpoint ${endpoint} is left over on the node: it still gets its part of new connections to ${at}${portless(endpoint)}`
				: `endpoint ${endpoint} is gone: it no longer gets its part of new connections to ${at}`;
			return change("endpoint-removed", endpoint, message);
		}),
	];
}

/** A translation that has lost its port leaves the one the client dialled. */
function portless(endpoint: string): string {
	const hasPort = endpoint.startsWith("[") ? /\]:\d+$/.test(endpoint) : /^[\d.]+:\d+$/.test(endpoint);
	return hasPort ? "" : "; its rule has no port, so they keep the one that the client dialled";
}

/** Endpoints that one frontend has and the other lacks, each with the frontends and the part of connections it gets there. */
function gather(
	pairs: readonly Pair[],
	sidesOf: (pair: Pair) => readonly [has: FrontendView | undefined, lacks: FrontendView | undefined],
): ReadonlyMap<string, readonly string[]> {
	const names = new Map<string, string[]>();
	for (const pair of pairs) {
		const [has, lacks] = sidesOf(pair);
		for (const [endpoint, share] of has?.shares ?? []) {
			if (lacks?.shares.has(endpoint) !== true) {
				names.set(endpoint, [...(names.get(endpoint) ?? []), `${pair.name} (${percent(share)})`]);
			}
		}
	}
	return names;
}

/** Shares that do not follow from the number of endpoints. */
function shareChanges({ old, current, name }: Pair, isLive: boolean): readonly Change[] {
	if (old?.verdict !== "forwarded" || current?.verdict !== "forwarded") return [];
	if (sameShares(old, current) || (isEven(old) && isEven(current))) return [];
	const [before, now] = [outcomeOf(old), outcomeOf(current)];
	const message = isLive ? `${name}: ${before}; it should be: ${now}` : `${name}: ${now}; before: ${before}`;
	return [change("share-changed", `${name}: ${before} -> ${now}`, message)];
}

const CLOSE = 1e-6;

function sameShares(a: FrontendView, b: FrontendView): boolean {
	const sameSize = a.shares.size === b.shares.size && Math.abs(a.lost - b.lost) < CLOSE;
	return (
		sameSize && [...a.shares].every(([endpoint, share]) => Math.abs(share - (b.shares.get(endpoint) ?? 0)) < CLOSE)
	);
}

function isEven({ shares, lost }: FrontendView): boolean {
	return lost < CLOSE && [...shares.values()].every((share) => Math.abs(share - 1 / shares.size) < CLOSE);
}

/** How new connections fare: `2 endpoints, 50 % each`. */
export function outcomeOf(frontend: FrontendView | undefined): string {
	if (frontend === undefined) return "nothing";
	const { verdict, shares, lost } = frontend;
	if (verdict !== "forwarded") return `connections ${NOW[verdict]}`;
	const even = 1 / shares.size;
	const isEvenly = [...shares.values()].every((share) => Math.abs(share - even) < CLOSE);
	const parts = isEvenly
		? [`${plural(shares.size, "endpoint")}, ${percent(even)}${shares.size === 1 ? "" : " each"}`]
		: [...shares].map(([endpoint, share]) => `${endpoint} ${percent(share)}`);
	return list(lost > CLOSE ? [...parts, `${percent(lost)} of new connections get no answer`] : parts);
}

function propertyChanges({ old, current, name }: Pair, isLive: boolean): readonly Change[] {
	if (old === undefined || current === undefined) return [];
	const changes: Change[] = [];
	const compare = (kind: ChangeKind, what: string, before: string, now: string): void => {
		if (before === now) return;
		const message = isLive
			? `${name}: ${what}: ${before}; it should be: ${now}`
			: `${name}: ${what}: ${now}; before: ${before}`;
		changes.push(change(kind, `${name}: ${before} -> ${now}`, message));
	};
	compare("address-changed", "the way to the virtual server", old.obstacle ?? "open", current.obstacle ?? "open");
	if (old.verdict !== "forwarded" || current.verdict !== "forwarded") return changes;
	if (old.policy !== undefined && current.policy !== undefined) {
		compare("policy-changed", "the traffic policy", old.policy, current.policy);
	}
	compare("affinity-changed", "client affinity", affinityText(old), affinityText(current));
	compare("source-ranges-changed", "who may use it", sourcesText(old), sourcesText(current));
	compare("masquerade-changed", "who is masqueraded", masqueradeText(old), masqueradeText(current));
	const hairpin = (frontend: FrontendView): string =>
		frontend.withoutHairpin.length === 0 ? "nobody" : list([...frontend.withoutHairpin].sort());
	compare("masquerade-changed", "who cannot reach itself through it", hairpin(old), hairpin(current));
	return changes;
}

function affinityText({ affinitySeconds }: FrontendView): string {
	return affinitySeconds === undefined ? "none" : `${affinitySeconds} s`;
}

function sourcesText({ sources }: FrontendView): string {
	if (sources === undefined) return "everybody";
	return sources.length === 0 ? "nobody" : list([...sources].sort());
}

function masqueradeText({ masquerades }: FrontendView): string {
	return masquerades.length === 0 ? "nobody" : list([...masquerades].sort());
}
