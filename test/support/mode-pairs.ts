import { compareModes, type Fate, type ModeComparison, type ModeDifference } from "../../src/explain/compare-modes.ts";
import { type Prepared, prepare } from "../../src/explain/prepare.ts";
import { backends, type Model, type ProxyMode, type Snapshot } from "../../src/index.ts";

/** The modes before and after, of all that are compared; the other way round is the same with the sides changed. */
export const PAIRS = [
	["iptables", "ipvs"],
	["iptables", "nftables"],
	["ipvs", "nftables"],
] as const satisfies readonly (readonly [ProxyMode, ProxyMode])[];

/** `iptables ipvs` */
export type PairName = "iptables ipvs" | "iptables nftables" | "ipvs nftables";

/** A difference, with what each mode does; a mode that is not compared does nothing. */
export interface PairDifference {
	readonly probe: ModeDifference["probe"];
	readonly difference: ModeDifference;
	readonly fates: Readonly<Partial<Record<ProxyMode, readonly Fate[]>>>;
	readonly models: Readonly<Partial<Record<ProxyMode, Model>>>;
}

/** What two modes do with every kind of packet of one cluster. */
export interface PairComparison {
	readonly probes: number;
	readonly differences: readonly PairDifference[];
}

const EMPTY: Snapshot = { services: [], endpointSlices: [], nodes: [], serviceCIDRs: [] };

/** Traces every kind of packet through two modes. */
export function comparePair(
	[old, current]: readonly [ProxyMode, ProxyMode],
	modelOf: (mode: ProxyMode) => Model,
): PairComparison {
	const models = { [old]: modelOf(old), [current]: modelOf(current) };
	const { probes, differences }: ModeComparison = compareModes(
		prepared(old, models[old]),
		prepared(current, models[current]),
	);
	return {
		probes,
		differences: differences.map((difference) => ({
			probe: difference.probe,
			difference,
			fates: { [old]: difference.old, [current]: difference.current },
			models,
		})),
	};
}

function prepared(mode: ProxyMode, model: Model | undefined): Prepared {
	if (model === undefined) throw new Error("there is no model");
	const state = backends[mode]((backend) => backend.state(backend.build(model)));
	const [one] = prepare({ snapshot: EMPTY, nodes: [{ model, state }] });
	if (one === undefined) throw new Error("nothing was compiled");
	return one;
}
