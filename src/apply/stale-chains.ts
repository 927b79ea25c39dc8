import { indexNft } from "../diff/nft/index.ts";
import { calledByElement, calledByRule } from "../lang/nft/references.ts";
import type { NodeState } from "../lang/node-state.ts";

/**
 * A node without chains of nftables that wait to be deleted: those in kube-proxy's table that are empty, to which nothing leads,
 * and that are not wanted. No packet gets there, or it goes on as if they were not there.
 */
export function withoutStaleChains(live: NodeState, wanted: NodeState): NodeState {
	const { table, chains, sets } = indexNft(live);
	if (table === undefined) return live;
	const isWanted = indexNft(wanted).chains;
	const called = new Set([
		...[...chains.values()].flatMap(({ rules }) => rules.flatMap(calledByRule)),
		...[...sets.values()].flatMap(({ elements }) => elements.map(calledByElement)),
	]);
	const kept = table.chains.filter(
		({ name, rules, hook }) => rules.length > 0 || hook?.policy === "drop" || called.has(name) || isWanted.has(name),
	);
	if (kept.length === table.chains.length) return live;
	return { ...live, nft: live.nft?.map((one) => (one === table ? { ...one, chains: kept } : one)) };
}
