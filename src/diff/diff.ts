import { isKubeProxyChain } from "../kube/chains.ts";
import { rulePrinter } from "../lang/iptables/print.ts";
import type { Rule } from "../lang/iptables/ruleset.ts";
import type { NodeState } from "../lang/node-state.ts";
import type { Family } from "../net/ip.ts";
import { indexTables, type Tables } from "./chain-index.ts";
import type { Change, Telling } from "./change.ts";
import { compareIpvs } from "./compare-ipvs.ts";
import { type ChainChange, compareTables, type Scope } from "./compare-tables.ts";
import { compareViews } from "./compare-views.ts";
import { type ConntrackDeletion, conntrackCommands } from "./conntrack.ts";
import type { Finding } from "./finding.ts";
import { findThings } from "./findings.ts";
import { addressKey, type FrontendView } from "./frontend.ts";
import { groupBy } from "./group-by.ts";
import { iptablesView, oddRules } from "./iptables-view.ts";
import { ipvsView, type ServerNames, serverNames } from "./ipvs-view.ts";
import { findOwners, OTHERS, type Owners, SHARED } from "./owner.ts";
import type { RuleLine } from "./rule-line.ts";
import { bareChange, oddChange, rulesChange, sharedChanges } from "./rules-change.ts";

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
	readonly findings: readonly Finding[];
	/** What conntrack has to forget, so that UDP clients notice. */
	readonly conntrack: readonly ConntrackDeletion[];
}

/** What differs about one service port. */
export interface ServiceDifference {
	/** `shop/web:http`; the name of a chain or the address of a virtual server when nobody knows more; `shared`, `other`. */
	readonly servicePort: string;
	readonly changes: readonly Change[];
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
	const telling = options.telling ?? "before-after";
	const [oldTables, tables] = [indexTables(old.iptables ?? []), indexTables(current.iptables ?? [])];
	const isComparable = old.iptables !== undefined && current.iptables !== undefined;
	const chains = isComparable ? compareTables(oldTables, tables, scopeOf(old, current)) : [];
	const names = serverNames([old, current]);
	const lines = compareIpvs(old, current, names);
	const owners = findOwners(chains.length > 0 || telling === "live" ? [tables, oldTables] : []);
	const [removed, added] = [
		[...ruleLines(chains, "removed", current.family, owners), ...lines.removed],
		[...ruleLines(chains, "added", current.family, owners), ...lines.added],
	];
	const affected = affectedBy(chains, [...removed, ...added], owners);
	const [before, after] = [
		viewsOf(old, oldTables, owners, names, affected),
		viewsOf(current, tables, owners, names, affected),
	];
	const isLive = telling === "live";
	const odd = oddTexts([oldTables, tables], owners, affected, current.family);
	const isBare = isLive && isComparable && !hasKubeProxyChain(oldTables);
	const around = {
		state: isLive ? old : current,
		tables: isLive ? oldTables : tables,
		wanted: current,
		wantedTables: tables,
		changes: chains,
		owners,
		nftTables: options.nftTables ?? [],
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
	const found = sides.flatMap((side) => [...oddRules(side, owners)]).filter(([owner]) => affected.has(owner));
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

interface Parts {
	readonly affected: ReadonlySet<string>;
	readonly before: readonly FrontendView[];
	readonly after: readonly FrontendView[];
	readonly removed: readonly RuleLine[];
	readonly added: readonly RuleLine[];
	readonly chains: readonly ChainChange[];
	readonly telling: Telling;
	/** Rules that lead to a service port from elsewhere than its addresses. */
	readonly odd: ReadonlyMap<string, readonly string[]>;
	/** The node has no chain of kube-proxy's. */
	readonly isBare: boolean;
}

function serviceDifferences(parts: Parts): readonly ServiceDifference[] {
	const [before, after] = [byServicePort(parts.before), byServicePort(parts.after)];
	const [removed, added] = [byOwner(parts.removed), byOwner(parts.added)];
	const heirs = { before: ownersByAddress(parts.before), after: ownersByAddress(parts.after) };
	const found = [...parts.affected].map((servicePort): ServiceDifference => {
		const lines = { removed: removed.get(servicePort) ?? [], added: added.get(servicePort) ?? [] };
		if (servicePort === SHARED && parts.isBare) return { servicePort, changes: [bareChange()] };
		if (servicePort === SHARED || servicePort === OTHERS) {
			return { servicePort, changes: sharedChanges(servicePort, parts.chains, lines, parts.telling) };
		}
		const odd = parts.odd.get(servicePort);
		if (odd !== undefined) return { servicePort, changes: [oddChange(odd, parts.telling)] };
		const changes = compareViews(before.get(servicePort) ?? [], after.get(servicePort) ?? [], parts.telling, heirs);
		return { servicePort, changes: changes.length > 0 ? changes : [rulesChange(lines, parts.telling)] };
	});
	return found.sort((a, b) => rank(a) - rank(b) || (a.servicePort < b.servicePort ? -1 : 1));
}

/** Which service port has an address. */
function ownersByAddress(views: readonly FrontendView[]): ReadonlyMap<string, string> {
	return new Map(views.map((view) => [addressKey(view), view.servicePort]));
}

/** Shared rules concern every client, so they come first; then what clients notice, then the rest. */
function rank({ servicePort, changes }: ServiceDifference): number {
	if (servicePort === OTHERS) return 3;
	if (servicePort === SHARED) return 0;
	return changes.every(({ kind }) => kind === "rules-changed") ? 2 : 1;
}

function byServicePort(views: readonly FrontendView[]): ReadonlyMap<string, readonly FrontendView[]> {
	return groupBy(views, ({ servicePort }) => servicePort);
}

function byOwner(lines: readonly RuleLine[]): ReadonlyMap<string, readonly RuleLine[]> {
	return groupBy(lines, ({ owner }) => owner);
}
