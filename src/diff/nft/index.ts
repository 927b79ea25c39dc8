import { isKubeProxyTable } from "../../kube/nft-names.ts";
import { elementPlace } from "../../lang/nft/canonical.ts";
import type { Chain, Element, NamedSet, Table } from "../../lang/nft/table.ts";
import type { NodeState } from "../../lang/node-state.ts";

/** kube-proxy's table of one side, ready to be asked. */
export interface NftIndex {
	/** Undefined: there is none, or nothing is known of nftables. */
	readonly table: Table | undefined;
	readonly sets: ReadonlyMap<string, NamedSet>;
	readonly chains: ReadonlyMap<string, Chain>;
	/** The element of a set or map that has a key, however its addresses are spelt. */
	readonly elementIn: (set: string, key: Element["key"]) => Element | undefined;
}

/** Finds kube-proxy's table. */
export function indexNft({ nft = [], family }: NodeState): NftIndex {
	const table = nft.find((one) => isKubeProxyTable(one, family));
	const sets = new Map(table?.sets.map((set) => [set.name, set]));
	const indexes = new Map<string, ReadonlyMap<string, Element>>();
	const indexOf = (set: string): ReadonlyMap<string, Element> => {
		const index = indexes.get(set) ?? new Map(sets.get(set)?.elements.map((one) => [elementPlace(one.key), one]));
		indexes.set(set, index);
		return index;
	};
	return {
		table,
		sets,
		chains: new Map(table?.chains.map((chain) => [chain.name, chain])),
		elementIn: (set, key) => indexOf(set).get(elementPlace(key)),
	};
}
