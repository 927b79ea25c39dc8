import { isKubeProxyTable, readNftName } from "../../kube/nft-names.ts";
import { calledByElement, calledByRule } from "../../lang/nft/references.ts";
import type { NodeState } from "../../lang/node-state.ts";
import type { Finding } from "../finding.ts";
import { list } from "../words.ts";
import type { NftDifference } from "./compare.ts";
import { nftInTheWay } from "./in-the-way.ts";
import { indexNft } from "./index.ts";

/** What is worth a word about the tables of nftables of a node. */
export function nftFindings(state: NodeState, difference: NftDifference | undefined): readonly Finding[] {
	if (difference === undefined) return [];
	const others = (state.nft ?? []).filter((table) => !isKubeProxyTable(table, state.family));
	return [...unreachable(state, difference), ...others.flatMap(nftInTheWay)];
}

/** Chains of kube-proxy's table that differ, and to which nothing leads. */
function unreachable(state: NodeState, { chains: changes }: NftDifference): readonly Finding[] {
	const { table, sets, chains } = indexNft(state);
	const differing = changes.filter(({ chain }) => readNftName(chain) !== undefined && chains.has(chain));
	if (table === undefined || differing.length === 0) return [];
	const called = new Set([
		...[...chains.values()].flatMap(({ rules }) => rules.flatMap(calledByRule)),
		...[...sets.values()].flatMap(({ elements }) => elements.map(calledByElement)),
	]);
	const alone = differing.map(({ chain }) => chain).filter((chain) => !called.has(chain));
	if (alone.length === 0) return [];
	const message = `table ${table.family} ${table.name}: no rule leads to ${list(alone)}`;
	return [{ code: "CHAIN_UNREACHABLE", severity: "warning", message }];
}
