import { isKubeProxyChain, modeOfChain } from "../kube/chains.ts";
import { isKubeProxyTable } from "../kube/nft-names.ts";
import { calledByRule } from "../lang/nft/references.ts";
import type { NodeState } from "../lang/node-state.ts";
import { once } from "../once.ts";
import { calledChain } from "./iptables/chain-index.ts";
import { groupBy } from "./lists/group-by.ts";
import { list, plural } from "./words.ts";

/** The modes of kube-proxy. */
export type ProxyModeName = "iptables" | "ipvs" | "nftables";

/** A chain that another mode made, through one of the programs called iptables. */
export interface LeftChain {
	readonly table: string;
	readonly name: string;
	readonly mode: ProxyModeName;
}

/** The kubelet has a chain of this name, too. */
const KUBELETS = "KUBE-FIREWALL";

/**
 * Chains of other modes.
 *
 * @param own the mode that the node should have
 */
export function foreignChains(state: NodeState, wanted: NodeState, own: ProxyModeName): readonly LeftChain[] {
	const known = new Map((wanted.iptables ?? []).map(({ name, chains }) => [name, new Set(chains.map(nameOf))]));
	const tables = tablesOf(state);
	// Of hundreds of thousands of chains hardly one is unknown: nothing is made of the others.
	const unknown = tables.flatMap(({ table, chains }) => {
		const names = chains.filter((name) => known.get(table)?.has(name) !== true && isKubeProxyChain(name));
		return names.map((name) => ({ table, name }));
	});
	const isThere = (mode: ProxyModeName): boolean =>
		tables.some(({ chains }) => chains.some((name) => modeOfChain(name) === mode));
	const shared = once((): ProxyModeName => (isThere("ipvs") && !isThere("iptables") ? "ipvs" : "iptables"));
	return distinct(unknown).flatMap(({ table, name }): readonly LeftChain[] => {
		const mode = modeOfChain(name);
		if (mode !== undefined) return [{ table, name, mode }];
		// Both modes have it; while one of them is wanted, it tells nothing.
		return own !== "nftables" || name === KUBELETS ? [] : [{ table, name, mode: shared() }];
	});
}

function nameOf({ name }: { readonly name: string }): string {
	return name;
}

/** Several programs may list a table of one name. */
function distinct<T extends Omit<LeftChain, "mode">>(chains: readonly T[]): readonly T[] {
	return [...new Map(chains.map((one) => [`${one.table} ${one.name}`, one])).values()];
}

/** Tables of iptables, as iptables-save or nft lists them. */
function tablesOf({ iptables = [], otherIptables = [], nft = [], family }: NodeState) {
	return [
		...[...iptables, ...otherIptables].map(({ name, chains }) => ({
			table: name,
			chains: chains.map(nameOf),
		})),
		...nft
			.filter((table) => !isKubeProxyTable(table, family))
			.map(({ name, chains }) => ({ table: name, chains: chains.map(nameOf) })),
	];
}

/** Chains to which a rule of a chain leads that the kernel itself calls, as `TABLE CHAIN`. */
export function calledByKernel({ iptables = [], otherIptables = [], nft = [] }: NodeState): ReadonlySet<string> {
	const fromIptables = [...iptables, ...otherIptables].flatMap(({ name, chains, rules }) => {
		const builtIn = new Set(chains.filter(({ policy }) => policy !== undefined).map((chain) => chain.name));
		return rules.filter(({ chain }) => builtIn.has(chain)).map((rule) => `${name} ${calledChain(rule)}`);
	});
	const fromNft = nft.flatMap(({ name, chains }) =>
		chains
			.filter(({ hook }) => hook !== undefined)
			.flatMap(({ rules }) => rules.flatMap(calledByRule).map((chain) => `${name} ${chain}`)),
	);
	return new Set([...fromIptables, ...fromNft]);
}

/** Table by table. */
export function chainsInWords(chains: readonly LeftChain[]): readonly string[] {
	return [...groupBy(chains, ({ table }) => table)].map(
		([table, own]) => `${plural(own.length, "chain")} of table ${table} (${list(own.map(({ name }) => name))})`,
	);
}
