import { indexNft, type NftIndex } from "../diff/nft/index.ts";
import { isKubeProxyChain, isServiceChain } from "../kube/chains.ts";
import { nameInComment } from "../kube/comment.ts";
import type { Rule, Table } from "../lang/iptables/ruleset.ts";
import type { VirtualServer } from "../lang/ipvs/table.ts";
import type { Chain, NamedSet } from "../lang/nft/table.ts";
import type { NodeState } from "../lang/node-state.ts";
import { withoutForeign } from "./owned.ts";

/** Whether kube-proxy's rules on a node serve some Service: what is left alone in the wanted mode does not count. */
export function hasServiceRules(live: NodeState, wanted: NodeState): boolean {
	const isNamed = (rule: Rule): boolean => isKubeProxyChain(rule.chain) && nameInComment(rule) !== undefined;
	const { iptables, virtualServers, nft } = touched(live, wanted);
	const isServing = ({ elements, valueType }: NamedSet): boolean => valueType === "verdict" && elements.length > 0;
	return (
		virtualServers.length > 0 ||
		[...nft.sets.values()].some(isServing) ||
		iptables.some(({ chains, rules }) => chains.some(({ name }) => isServiceChain(name)) || rules.some(isNamed))
	);
}

/** Whether they lead to some endpoint. */
export function hasEndpointRules(live: NodeState, wanted: NodeState): boolean {
	const { iptables, virtualServers, nft } = touched(live, wanted);
	const isLeading = ({ rules }: Chain): boolean =>
		rules.some(({ statements }) => statements.some(({ kind }) => kind === "dnat" || kind === "dnat-map"));
	return (
		virtualServers.some(({ realServers }) => realServers.length > 0) ||
		[...nft.chains.values()].some(isLeading) ||
		iptables.some(({ chains }) => chains.some(({ name }) => name.startsWith("KUBE-SEP-")))
	);
}

interface Touched {
	readonly iptables: readonly Table[];
	readonly virtualServers: readonly VirtualServer[];
	readonly nft: NftIndex;
}

function touched(live: NodeState, wanted: NodeState): Touched {
	const { iptables = [], virtualServers = [] } = withoutForeign(live, wanted);
	return { iptables, virtualServers: wanted.virtualServers === undefined ? [] : virtualServers, nft: indexNft(live) };
}
