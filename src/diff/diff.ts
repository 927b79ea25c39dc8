import { isKubeProxyChain } from "../kube/chains.ts";
import { rulePrinter } from "../lang/iptables/print.ts";
import type { Rule, Table } from "../lang/iptables/ruleset.ts";
import type { NodeState } from "../lang/node-state.ts";
import type { Family } from "../net/ip.ts";
import type { Telling } from "./change.ts";
import { type ConntrackDeletion, conntrackCommands } from "./conntrack.ts";
import type { Finding } from "./finding.ts";
import { findThings } from "./findings.ts";
import type { FrontendView } from "./frontend.ts";
import { indexSides, listedTable, type Tables } from "./iptables/chain-index.ts";
import { type ChainChange, compareTables, type Scope } from "./iptables/compare.ts";
import { iptablesView, oddRules } from "./iptables/view.ts";
import { compareIpvs } from "./ipvs/compare.ts";
import { ipvsView, type ServerNames, serverNames } from "./ipvs/view.ts";
import type { ProxyModeName } from "./leftover-chains.ts";
import { findLeftovers } from "./leftovers.ts";
import type { NftDifference } from "./nft/compare.ts";
import { diffNft } from "./nft/diff.ts";
import { findOwners, type Owners } from "./owner.ts";
import type { RuleLine } from "./rule-line.ts";
import { type ServiceDifference, serviceDifferences } from "./service-differences.ts";

/** How two states of a node differ. */
export interface Difference {
	readonly family: Family;
	readonly telling: Telling;
	/** No packet fares otherwise. */
	readonly equal: boolean;
	/** What differs, by service port; what clients notice comes first. `shared` and `other` are no service ports. */
	readonly services: readonly ServiceDifference[];
	/** Lines of the new side that the old one lacks, and the other way round; what moved is in both. */
	readonly added: readonly RuleLine[];
	readonly removed: readonly RuleLine[];
	/** Chains, with their tables: what `added` and `removed` are made of. */
	readonly chains: readonly ChainChange[];
	/** The same of kube-proxy's table of nftables; undefined when one side does not know. */
	readonly nft: NftDifference | undefined;
	/** On a node: other modes that left something to which the kernel still leads packets; `equal` does not speak of it. */
	readonly leftovers: readonly ProxyModeName[];
	readonly findings: readonly Finding[];
	/** What conntrack has to forget, so that UDP clients notice. */
	readonly conntrack: readonly ConntrackDeletion[];
}

/** How to compare. */
export interface DiffOptions {
	readonly telling?: Telling;
	/** Names of nftables tables on the node, if they are known. */
	readonly nftTables?: readonly string[];
	/** Rules of kube-proxy's that the node has beside those that are compared, in words: they count too. */
	readonly beside?: string | undefined;
}

/**
 * Compares two states of a node by meaning: order that has no effect, comments and spelling are no difference. Of what
 * only one side knows nothing is said.
 */
export function diff(old: NodeState, current: NodeState, options: DiffOptions = {}): Difference {
	const [oldTables, tables] = indexSides(old.iptables ?? [], current.iptables ?? []);
	return compareSides({ old: listed(old, oldTables), current: listed(current, tables), oldTables, tables }, options);
}

/** A state without the chains of iptables that are not listed. */
function listed(state: NodeState, tables: Tables): NodeState {
	const short = (table: Table): Table => {
		const index = tables.get(table.name);
		return index?.common === undefined ? table : listedTable(index);
	};
	return { ...state, iptables: state.iptables?.map(short) };
}

/** Two states, and their tables of iptables ready to be asked; what both have as the same objects is not listed. */
interface Sides {
	readonly old: NodeState;
	readonly current: NodeState;
	readonly oldTables: Tables;
	readonly tables: Tables;
}

function compareSides({ old, current, oldTables, tables }: Sides, options: DiffOptions): Difference {
	const telling = options.telling ?? "before-after";
	const isComparable = old.iptables !== undefined && current.iptables !== undefined;
	const chains = isComparable ? compareTables(oldTables, tables, scopeOf(old, current)) : [];
	const names = serverNames([old, current]);
	const lines = compareIpvs(old, current, names);
	const nft = diffNft(old, current);
	const owners = findOwners(chains.length > 0 || telling === "live" ? [tables, oldTables] : []);
	const [removed, added] = [
		[...ruleLines(chains, "removed", current.family, owners), ...lines.removed, ...nft.removed],
		[...ruleLines(chains, "added", current.family, owners), ...lines.added, ...nft.added],
	];
	const affected = affectedBy(chains, [...removed, ...added], owners);
	const [before, after] = [
		[...viewsOf(old, oldTables, owners, names, affected), ...nft.before(affected)],
		[...viewsOf(current, tables, owners, names, affected), ...nft.after(affected)],
	];
	const isLive = telling === "live";
	const odd = oddTexts([oldTables, tables], owners, affected, current.family);
	const isBare = isLive && ((isComparable && !hasKubeProxyChain(oldTables)) || nft.difference?.table === "added");
	const around = {
		state: isLive ? old : current,
		tables: isLive ? oldTables : tables,
		wanted: current,
		wantedTables: tables,
		changes: chains,
		nft: nft.difference,
		owners,
		leftovers: findLeftovers(isLive ? old : current, current, options.nftTables),
		beside: options.beside,
	};
	return {
		family: current.family,
		telling,
		equal: removed.length + added.length + chains.length === 0 && options.beside === undefined,
		services: serviceDifferences({ affected, before, after, removed, added, chains, telling, isBare, odd }),
		added,
		removed,
		chains,
		nft: nft.difference,
		leftovers: isLive ? around.leftovers.flatMap(({ mode, takesPackets }) => (takesPackets ? mode : [])) : [],
		findings: findThings(around),
		conntrack: conntrackCommands(before, after, current.family, telling),
	};
}

function oddTexts(
	sides: readonly Tables[],
	owners: Owners,
	affected: ReadonlySet<string>,
	family: Family,
): ReadonlyMap<string, readonly string[]> {
	if (affected.size === 0) return new Map();
	const print = rulePrinter(family, "save");
	const found = sides.flatMap((side) => [...oddRules(side, owners, affected)]);
	return new Map(found.map(([owner, rules]) => [owner, rules.map(print)]));
}

function hasKubeProxyChain(tables: Tables): boolean {
	return [...tables.values()].some(({ chains }) => [...chains.keys()].some(isKubeProxyChain));
}

function scopeOf(...sides: readonly NodeState[]): Scope {
	if (sides.some(({ extent }) => extent === "restored")) return "restored";
	return sides.every(({ extent }) => extent === "node") ? "everything" : "kube-proxy";
}

function viewsOf(
	state: NodeState,
	tables: Tables,
	owners: Owners,
	names: ServerNames,
	affected: ReadonlySet<string>,
): readonly FrontendView[] {
	const servers = ipvsView(state, names).filter(({ servicePort }) => affected.has(servicePort));
	return [...iptablesView(tables, owners, affected), ...servers];
}

/** Rules of chains that differ, as lines; moved ones are both added and removed. */
function ruleLines(
	chains: readonly ChainChange[],
	side: "removed" | "added",
	family: Family,
	owners: Owners,
): readonly RuleLine[] {
	const print = rulePrinter(family, "save");
	return chains.flatMap((change) =>
		[...change[side], ...change.moved].map((rule: Rule): RuleLine => {
			return { tool: "iptables", table: change.table, text: print(rule), owner: owners.ofRule(rule) };
		}),
	);
}

function affectedBy(chains: readonly ChainChange[], lines: readonly RuleLine[], owners: Owners): ReadonlySet<string> {
	const affected = new Set(lines.map(({ owner }) => owner));
	for (const { chain, existence, policy } of chains) {
		if (existence !== "both" || policy !== undefined) affected.add(owners.ofChain(chain));
	}
	return affected;
}
