import { groupBy } from "../diff/lists/group-by.ts";
import type { ModeDifference } from "./compare-modes.ts";
import { fatesInWords } from "./mode-fates.ts";
import type { ProbeClient } from "./probe-senders.ts";

/** Services for whose clients the same things change. */
export interface ServiceGroup {
	/** `shop/web`, in the order of the probes; empty: addresses that no Service has. */
	readonly services: readonly string[];
	/** In the order of the probes. */
	readonly changes: readonly ModeChange[];
}

/** Kinds of packets that are treated alike, before and after. */
export interface ModeChange {
	/** Where they go, in words: `node port at 127.0.0.1`; each once. */
	readonly places: readonly string[];
	/** Who sends them; each once. */
	readonly clients: readonly ProbeClient[];
	/** What becomes of them, one text for each way. */
	readonly old: readonly string[];
	readonly current: readonly string[];
	readonly differences: readonly ModeDifference[];
}

/**
 * What changes, with the Services for which it does: those changes together that are the same Services'. A Service may be in several
 * groups: what is special about it comes first, what many have in common after that, and addresses that no Service has last.
 */
export function groupChanges(differences: readonly ModeDifference[]): readonly ServiceGroup[] {
	const told = differences.map(tell);
	const changes = [...groupBy(told, keyOf).values()].map((own) => ({
		own,
		services: [...new Set(own.flatMap(({ service }) => service ?? []))],
	}));
	const groups = [...groupBy(changes, ({ services }) => services.join("\n")).values()];
	return groups
		.map((own) => ({
			services: own[0]?.services ?? [],
			changes: mergePlaces(mergeClients(own.flatMap((one) => one.own))),
		}))
		.sort((a, b) => rank(a) - rank(b));
}

function rank({ services }: ServiceGroup): number {
	return services.length === 0 ? Number.POSITIVE_INFINITY : services.length;
}

/** A difference in words. */
interface Told {
	readonly service: string | undefined;
	readonly change: ModeChange;
}

function tell(difference: ModeDifference): Told {
	const { probe } = difference;
	const { servicePort: port } = probe;
	const texts = [fatesInWords(difference.old, probe), fatesInWords(difference.current, probe)] as const;
	const isTold = texts[0].join() !== texts[1].join();
	const [old, current] = isTold ? texts : details(difference);
	return {
		service: port && `${port.namespace}/${port.service}`,
		change: { places: [probe.where], clients: [probe.client], old, current, differences: [difference] },
	};
}

/** Where words without addresses and numbers are the same. */
function details({ differences }: ModeDifference): readonly [old: readonly string[], current: readonly string[]] {
	const text = (kind: string, value: string): string => `${kind}: ${value === "" ? "none" : value}`;
	return [differences.map((one) => text(one.kind, one.old)), differences.map((one) => text(one.kind, one.current))];
}

function keyOf({ change: { places, clients, old, current } }: Told): string {
	return JSON.stringify([places, clients, old, current]);
}

/** Clients that fare alike at one place. */
function mergeClients(told: readonly Told[]): readonly ModeChange[] {
	const groups = groupBy(told, ({ change: { places, old, current } }) => JSON.stringify([places, old, current]));
	return [...groups.values()].flatMap((own) => merged(own.map(({ change }) => change)));
}

/** Places where the same clients fare alike. */
function mergePlaces(changes: readonly ModeChange[]): readonly ModeChange[] {
	const groups = groupBy(changes, ({ clients, old, current }) => JSON.stringify([clients, old, current]));
	return [...groups.values()].flatMap(merged);
}

function merged(changes: readonly ModeChange[]): readonly ModeChange[] {
	const [first] = changes;
	if (first === undefined) return [];
	return [
		{
			...first,
			places: [...new Set(changes.flatMap(({ places }) => places))],
			clients: [...new Set(changes.flatMap(({ clients }) => clients))],
			differences: changes.flatMap(({ differences }) => differences),
		},
	];
}

/** Who sends a probe, in words: `from a pod of this node`. */
export const CLIENTS: Readonly<Record<ProbeClient, string>> = {
	pod: "a pod of this node",
	node: "this node itself",
	outside: "outside",
	endpoint: "one of the endpoints, on this node",
	"endpoint-elsewhere": "one of the endpoints, on another node",
	stranger: "outside, in none of the source ranges",
	returning: "a client that was served before",
};
