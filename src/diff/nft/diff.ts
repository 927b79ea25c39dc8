import type { NodeState } from "../../lang/node-state.ts";
import type { FrontendView } from "../frontend.ts";
import type { LineChanges } from "../ipvs/compare.ts";
import { compareNft, type NftDifference } from "./compare.ts";
import type { NftKnowledge } from "./frontend.ts";
import { nftHairpins } from "./hairpin.ts";
import { indexNft } from "./index.ts";
import { nftLines } from "./lines.ts";
import { findNftOwners } from "./owner.ts";
import { nftKinds, nftView } from "./view.ts";

/** How kube-proxy's tables of two sides differ, and what clients meet on each. */
export interface NftComparison extends LineChanges {
	/** Undefined when one side does not know its tables: then there are no lines either. */
	readonly difference: NftDifference | undefined;
	/** What clients meet at the frontends of some service ports; undefined for all. */
	readonly before: (wanted?: ReadonlySet<string>) => readonly FrontendView[];
	readonly after: (wanted?: ReadonlySet<string>) => readonly FrontendView[];
}

/** Compares kube-proxy's tables of nftables. */
export function diffNft(old: NodeState, current: NodeState): NftComparison {
	const [before, after] = [indexNft(old), indexNft(current)];
	const owners = findNftOwners([after, before]);
	const known: NftKnowledge = {
		owners,
		kinds: nftKinds([before, after]),
		hairpins: nftHairpins([before, after]),
	};
	const isComparable = old.nft !== undefined && current.nft !== undefined;
	const difference = isComparable ? compareNft(before, after) : undefined;
	const lines = difference === undefined ? NONE : nftLines(before, after, difference, owners);
	return {
		...lines,
		difference,
		before: (wanted) => nftView(before, known, wanted),
		after: (wanted) => nftView(after, known, wanted),
	};
}

const NONE: LineChanges = { removed: [], added: [] };
