import { elementKey, ruleKey } from "../../lang/nft/canonical.ts";
import type { Chain, Element, NamedSet, Rule } from "../../lang/nft/table.ts";
import { compareLists, type Keyed } from "../lists/compare-lists.ts";
import { commuteNft } from "./commute.ts";
import type { NftIndex } from "./index.ts";

/** On which sides something is; `remade`: on both, but as something that cannot be changed, only made again. */
export type Existence = "both" | "added" | "removed" | "remade";

/** How one chain of kube-proxy's table differs. */
export interface NftChainChange {
	readonly chain: string;
	readonly existence: Existence;
	readonly removed: readonly Rule[];
	readonly added: readonly Rule[];
	/** In both, but at another place, and that matters. In the order of the new chain. */
	readonly moved: readonly Rule[];
}

/** How one set or map of it differs. */
export interface NftSetChange {
	readonly set: string;
	readonly existence: Existence;
	readonly removed: readonly Element[];
	readonly added: readonly Element[];
}

/** How kube-proxy's table differs. */
export interface NftDifference {
	/** Where the table itself is. */
	readonly table: Existence | "neither";
	readonly sets: readonly NftSetChange[];
	readonly chains: readonly NftChainChange[];
}

/** Compares by effect: order of elements, comments, counters and handles do not count, nor which clients a set remembers. */
export function compareNft(old: NftIndex, current: NftIndex): NftDifference {
	const isNowhere = old.table === undefined && current.table === undefined;
	return {
		table: isNowhere ? "neither" : existenceOf(old.table, current.table, ({ unknown }) => JSON.stringify(unknown)),
		sets: namesOf(old.sets, current.sets).flatMap((set) => compareSet(set, old.sets.get(set), current.sets.get(set))),
		chains: namesOf(old.chains, current.chains).flatMap((chain) =>
			compareChain(chain, old.chains.get(chain), current.chains.get(chain)),
		),
	};
}

function namesOf(old: ReadonlyMap<string, unknown>, current: ReadonlyMap<string, unknown>): readonly string[] {
	return [...new Set([...current.keys(), ...old.keys()])];
}

function existenceOf<T>(old: T | undefined, current: T | undefined, key: (value: T) => string): Existence {
	if (old === undefined) return "added";
	if (current === undefined) return "removed";
	return key(old) === key(current) ? "both" : "remade";
}

function compareSet(set: string, old: NamedSet | undefined, current: NamedSet | undefined): readonly NftSetChange[] {
	const existence = existenceOf(old, current, setKey);
	const [before, after] = [keyedElements(old), keyedElements(current)];
	const removed = [...before].filter(([key]) => !after.has(key)).map(([, element]) => element);
	const added = [...after].filter(([key]) => !before.has(key)).map(([, element]) => element);
	if (existence === "both" && removed.length + added.length === 0) return [];
	return [{ set, existence, removed, added }];
}

/** How many elements there is room for is up to the kernel. */
function setKey({ kind, keyTypes, valueType, flags, timeoutSeconds, unknown }: NamedSet): string {
	return JSON.stringify([kind, keyTypes, valueType, [...flags].sort(), timeoutSeconds, unknown]);
}

/** What rules fill is nobody's wish. */
function keyedElements(set: NamedSet | undefined): ReadonlyMap<string, Element> {
	if (set === undefined || set.flags.includes("dynamic")) return new Map();
	return new Map(set.elements.map((element) => [elementKey(element), element]));
}

interface Entry extends Keyed {
	readonly rule: Rule;
}

function compareChain(chain: string, old: Chain | undefined, current: Chain | undefined): readonly NftChainChange[] {
	const existence = existenceOf(old, current, hookKey);
	const entries = ({ rules }: Pick<Chain, "rules">): readonly Entry[] =>
		rules.map((rule) => ({ rule, key: ruleKey(rule) }));
	const found = compareLists(entries(old ?? NO_RULES), entries(current ?? NO_RULES), (a, b) =>
		commuteNft(a.rule, b.rule),
	);
	const { removed, added, moved } = found;
	if (existence === "both" && removed.length + added.length + moved.length === 0) return [];
	const rules = (list: readonly Entry[]): readonly Rule[] => list.map(({ rule }) => rule);
	return [{ chain, existence, removed: rules(removed), added: rules(added), moved: rules(moved) }];
}

const NO_RULES = { rules: [] };

function hookKey({ hook }: Chain): string {
	if (hook === undefined) return "";
	return JSON.stringify([hook.type, hook.hook, hook.device, hook.priority, hook.policy ?? "accept"]);
}
