import { isKubeProxyTable } from "../kube/nft-names.ts";
import type { IpSet } from "../lang/ipset/set.ts";
import type { VirtualServer } from "../lang/ipvs/table.ts";
import type { NodeState } from "../lang/node-state.ts";
import type { Family } from "../net/ip.ts";
import { once } from "../once.ts";
import type { Finding } from "./finding.ts";
import { nodePortsIn } from "./ipvs/node-ports.ts";
import {
	calledByKernel,
	chainsInWords,
	foreignChains,
	type LeftChain,
	type ProxyModeName as Mode,
} from "./leftover-chains.ts";
import { list, plural } from "./words.ts";

/** What one mode left on a node that has another one. */
export interface Leftover {
	readonly mode: Mode;
	/** In words, with how much. */
	readonly parts: readonly string[];
	/** The kernel still leads packets to it. */
	readonly takesPackets: boolean;
	/** The command that removes it, and what to do about what it removes beside. */
	readonly remedy: string;
}

/**
 * What other modes than the wanted one left on a node, mode by mode.
 *
 * @param nftTables names of nftables tables on the node, as far as only their names are known
 */
export function findLeftovers(
	state: NodeState,
	wanted: NodeState,
	nftTables: readonly string[] = [],
): readonly Leftover[] {
	const own = modeOf(wanted);
	const chains = foreignChains(state, wanted, own);
	const ofMode = (mode: Mode): readonly LeftChain[] => chains.filter((chain) => chain.mode === mode);
	const called = once(() => calledByKernel(state));
	const areCalled = (mode: Mode): boolean => ofMode(mode).some(({ table, name }) => called().has(`${table} ${name}`));
	const servers = ownServers(state);
	const left: Readonly<Record<Mode, Pick<Leftover, "parts" | "takesPackets">>> = {
		iptables: { parts: chainsInWords(ofMode("iptables")), takesPackets: areCalled("iptables") },
		ipvs: {
			parts: [...chainsInWords(ofMode("ipvs")), ...ipvsParts(state, servers)],
			takesPackets: areCalled("ipvs") || servers.length + (state.dummyIPs ?? []).length > 0,
		},
		nftables: { parts: nftParts(state, nftTables), takesPackets: isTableCalled(state, nftTables) },
	};
	return MODES.filter((mode) => mode !== own && left[mode].parts.length > 0).map((mode) => ({
		mode,
		...left[mode],
		remedy: remedyFor(mode, own),
	}));
}

/** One finding a mode. */
export function leftoverFindings(leftovers: readonly Leftover[]): readonly Finding[] {
	return leftovers.map(({ mode, parts, takesPackets, remedy }): Finding => {
		const how = takesPackets ? ", and can still take packets" : "";
		const message = `left behind by the ${MODE_NAMES[mode]} mode${how}: ${parts.join(", ")}; ${remedy}`;
		return { code: "LEFTOVER_MODE", severity: takesPackets ? "error" : "warning", message };
	});
}

function remedyFor(mode: Mode, own: Mode): string {
	const removes = `svcnat cleanup --proxy-mode ${mode} --no-settings removes it`;
	if (mode === "nftables" || own === "nftables") return removes;
	return `${removes}, but also the chains that both modes share: run svcnat apply, or restart kube-proxy, right after it`;
}

const MODES: readonly Mode[] = ["iptables", "ipvs", "nftables"];
/** What people call the modes. */
export const MODE_NAMES: Readonly<Record<Mode, string>> = { iptables: "iptables", ipvs: "IPVS", nftables: "nftables" };

function modeOf({ nft, sets, virtualServers }: NodeState): Mode {
	if (nft !== undefined) return "nftables";
	return sets !== undefined || virtualServers !== undefined ? "ipvs" : "iptables";
}

/** Virtual servers at addresses of the mode, and at its node ports; where nobody knows those, all. */
function ownServers({ sets, virtualServers = [], dummyIPs }: NodeState): readonly VirtualServer[] {
	if (sets === undefined && dummyIPs === undefined) return virtualServers;
	const own = new Set([...(dummyIPs ?? []), ...(sets ?? []).flatMap(addressesIn)]);
	const nodePorts = new Set((sets ?? []).flatMap(nodePortsIn));
	return virtualServers.filter(({ ip, protocol, port }) => own.has(ip) || nodePorts.has(`${protocol} ${port}`));
}

function addressesIn(set: IpSet): readonly string[] {
	return set.type === "bitmap:port" || !set.name.startsWith("KUBE-") ? [] : set.entries.map(({ ip }) => ip);
}

function ipvsParts({ sets = [], dummyIPs = [] }: NodeState, servers: readonly VirtualServer[]): readonly string[] {
	const names = sets.map(({ name }) => name).filter((name) => name.startsWith("KUBE-"));
	return [
		...(names.length === 0 ? [] : [`${plural(names.length, "set")} (${list(names)})`]),
		...(servers.length === 0
			? []
			: [`${plural(servers.length, "virtual server")}, which packets to their addresses go to`]),
		...(dummyIPs.length === 0
			? []
			: [dummyIPs.length === 1 ? "1 address of kube-ipvs0" : `${dummyIPs.length} addresses of kube-ipvs0`]),
	];
}

/** Only where the kernel calls no chain of a table, or it is switched off, no packet gets there. */
function isTableCalled({ nft, family }: NodeState, names: readonly string[]): boolean {
	const own = nft?.find((table) => isKubeProxyTable(table, family));
	if (own === undefined) return names.includes(tableName(family));
	return !own.unknown.includes("flags dormant") && own.chains.some(({ hook }) => hook !== undefined);
}

function tableName(family: Family): string {
	return `${family === "ipv4" ? "ip" : "ip6"} kube-proxy`;
}

/** Only the table of the family: the other one is told with the other family. */
function nftParts({ nft = [], family }: NodeState, names: readonly string[]): readonly string[] {
	const own = nft.find((table) => isKubeProxyTable(table, family));
	const name = tableName(family);
	if (own === undefined) return names.includes(name) ? [`table ${name}`] : [];
	return [`table ${name} with ${plural(own.chains.length, "chain")}`];
}
