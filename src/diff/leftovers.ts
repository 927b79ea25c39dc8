import { isKubeProxyChain, modeOfChain } from "../kube/chains.ts";
import { isKubeProxyTable } from "../kube/nft-names.ts";
import type { NodeState } from "../lang/node-state.ts";
import type { Finding } from "./finding.ts";
import { groupBy } from "./lists/group-by.ts";
import { list, plural } from "./words.ts";

type Mode = "iptables" | "ipvs" | "nftables";

/** What other modes than the wanted one left on a node: one finding a mode, with how much of what. */
export function leftoverModes(
	state: NodeState,
	wanted: NodeState,
	nftTables: readonly string[] = [],
): readonly Finding[] {
	const own = modeOf(wanted);
	const chains = foreignChains(state, wanted, own);
	const left: Readonly<Record<Mode, readonly string[]>> = {
		iptables: own === "iptables" ? [] : chainsInWords(chains.filter(({ mode }) => mode === "iptables")),
		ipvs: own === "ipvs" ? [] : [...chainsInWords(chains.filter(({ mode }) => mode === "ipvs")), ...ipvsParts(state)],
		nftables: own === "nftables" ? [] : nftParts(state, nftTables),
	};
	return MODES.filter((mode) => left[mode].length > 0).map((mode): Finding => {
		const message = `left behind by the ${NAMES[mode]} mode: ${left[mode].join(", ")}; svcnat cleanup --all removes what other modes left`;
		return { code: "LEFTOVER_MODE", severity: "warning", message };
	});
}

const MODES: readonly Mode[] = ["iptables", "ipvs", "nftables"];
const NAMES: Readonly<Record<Mode, string>> = { iptables: "iptables", ipvs: "IPVS", nftables: "nftables" };

function modeOf({ nft, sets, virtualServers }: NodeState): Mode {
	if (nft !== undefined) return "nftables";
	return sets !== undefined || virtualServers !== undefined ? "ipvs" : "iptables";
}

/** A chain that another mode made, through one of the programs called iptables. */
interface LeftChain {
	readonly table: string;
	readonly name: string;
	readonly mode: Mode;
}

/** The kubelet has a chain of this name, too. */
const KUBELETS = "KUBE-FIREWALL";

function foreignChains(state: NodeState, wanted: NodeState, own: Mode): readonly LeftChain[] {
	const known = new Set(
		(wanted.iptables ?? []).flatMap(({ name, chains }) => chains.map((one) => `${name} ${one.name}`)),
	);
	const there = tablesOf(state).flatMap(({ table, chains }) => chains.map((name) => ({ table, name })));
	const distinct = [...new Map(there.map((one) => [`${one.table} ${one.name}`, one])).values()];
	const isIpvs = distinct.some(({ name }) => modeOfChain(name) === "ipvs");
	const isIptables = distinct.some(({ name }) => modeOfChain(name) === "iptables");
	return distinct.flatMap(({ table, name }): readonly LeftChain[] => {
		if (!isKubeProxyChain(name) || known.has(`${table} ${name}`)) return [];
		const mode = modeOfChain(name);
		if (mode !== undefined) return [{ table, name, mode }];
		// Both modes have it; while one of them is wanted, it tells nothing.
		return own !== "nftables" || name === KUBELETS
			? []
			: [{ table, name, mode: isIpvs && !isIptables ? "ipvs" : "iptables" }];
	});
}

/** Tables of iptables, as iptables-save or nft lists them. */
function tablesOf({ iptables = [], otherIptables = [], nft = [], family }: NodeState) {
	return [
		...[...iptables, ...otherIptables].map(({ name, chains }) => ({
			table: name,
			chains: chains.map((one) => one.name),
		})),
		...nft
			.filter((table) => !isKubeProxyTable(table, family))
			.map(({ name, chains }) => ({ table: name, chains: chains.map((one) => one.name) })),
	];
}

function chainsInWords(chains: readonly LeftChain[]): readonly string[] {
	return [...groupBy(chains, ({ table }) => table)].map(
		([table, own]) => `${plural(own.length, "chain")} of table ${table} (${list(own.map(({ name }) => name))})`,
	);
}

function ipvsParts({ sets = [], virtualServers = [], dummyIPs = [] }: NodeState): readonly string[] {
	const names = sets.map(({ name }) => name).filter((name) => name.startsWith("KUBE-"));
	return [
		...(names.length === 0 ? [] : [`${plural(names.length, "set")} (${list(names)})`]),
		...(virtualServers.length === 0
			? []
			: [`${plural(virtualServers.length, "virtual server")}, which packets to their addresses go to`]),
		...(dummyIPs.length === 0
			? []
			: [dummyIPs.length === 1 ? "1 address of kube-ipvs0" : `${dummyIPs.length} addresses of kube-ipvs0`]),
	];
}

/** Only the table of the family: the other one is told with the other family. */
function nftParts({ nft = [], family }: NodeState, names: readonly string[]): readonly string[] {
	const own = nft.find((table) => isKubeProxyTable(table, family));
	const name = family === "ipv4" ? "ip kube-proxy" : "ip6 kube-proxy";
	if (own === undefined) return names.includes(name) ? [`table ${name}, whose rules count too`] : [];
	return [`table ${name} with ${plural(own.chains.length, "chain")}, whose rules count too`];
}
