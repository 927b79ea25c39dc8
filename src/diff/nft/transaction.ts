import { ruleKey } from "../../lang/nft/canonical.ts";
import { calledByRule, setsOfRule } from "../../lang/nft/references.ts";
import type { NamedSet, Rule, TableName } from "../../lang/nft/table.ts";
import type { Command, Operation, Transaction } from "../../lang/nft/transaction.ts";
import type { NodeState } from "../../lang/node-state.ts";
import { compareNft, type NftChainChange, type NftDifference, type NftSetChange } from "./compare.ts";
import { indexNft, type NftIndex } from "./index.ts";

/** A change in two steps, each of them one transaction. */
export interface NftSteps {
	/** All that packets notice. Chains that go are empty afterwards, and nothing leads to them. */
	readonly change: Transaction;
	/** Deletes these chains. */
	readonly deletions: Transaction;
}

/** How to get from one side to the other. */
export interface NftStepOptions {
	/** How they differ, where that is known. */
	readonly difference?: NftDifference | undefined;
	/** Every chain is filled anew and every set, whatever it holds, but for sets that rules fill. */
	readonly isFull?: boolean;
}

/**
 * The smallest transaction that turns kube-proxy's table of the old side into that of the new one: elements one by one, chains that
 * differ flushed and filled again. What others refer to comes before them, and goes after them.
 */
export function nftTransaction(old: NodeState, current: NodeState): Transaction {
	const { change, deletions } = nftSteps(old, current);
	return [...change, ...deletions];
}

/** The same in two steps: kernels before 6.2 may refuse to delete a chain together with the element of a map that leads to it. */
export function nftSteps(
	old: NodeState,
	current: NodeState,
	{ difference, isFull = false }: NftStepOptions = {},
): NftSteps {
	const [before, after] = [indexNft(old), indexNft(current)];
	const table = after.table ?? before.table;
	if (old.nft === undefined || current.nft === undefined || table === undefined) return { change: [], deletions: [] };
	const found = difference ?? compareNft(before, after);
	const name: TableName = { family: table.family, name: table.name };
	const inTable = (command: Command): Operation => ({ table: name, ...command });
	const gone = found.table === "both" ? found.chains.filter(isGone) : [];
	return {
		change: commandsFor(before, after, found, isFull).map(inTable),
		deletions: gone.map(({ chain }) => inTable({ kind: "delete-chain", name: chain })),
	};
}

function commandsFor(
	before: NftIndex,
	after: NftIndex,
	{ table, sets, chains }: NftDifference,
	isFull: boolean,
): readonly Command[] {
	if (table === "removed") return [{ kind: "delete-table" }];
	if (table === "remade")
		return [{ kind: "delete-table" }, ...commandsFor(NO_TABLE, after, compareNft(NO_TABLE, after), false)];
	const remade = sets.filter(({ existence }) => existence === "remade").map(({ set }) => set);
	const [gone, staying] = [chains.filter(isGone), chains.filter((change) => !isGone(change))];
	const changed = new Set(chains.map(({ chain }) => chain));
	const madeAgain = [...remade, ...staying.filter(({ existence }) => existence === "remade").map(({ chain }) => chain)];
	const using = isFull ? chainsOfBoth(before, after) : chainsUsing(before, new Set(madeAgain));
	const others = [...using].filter((chain) => !changed.has(chain)).map(unchanged);
	const edits = [...staying, ...others].map((change) => editChain(change, before, after, using.has(change.chain)));
	const refilled = isFull ? setsOfBoth(before, after).filter((set) => !remade.includes(set.name)) : [];
	const isRefilled = new Set(refilled.map((set) => set.name));
	return [
		...(table === "added" ? [{ kind: "add-table", comment: after.table?.comment } as const] : []),
		...gone
			.filter(({ removed }) => removed.length > 0)
			.map(({ chain }) => ({ kind: "flush-chain", name: chain }) as const),
		...edits.flatMap(({ emptied }) => emptied),
		...edits.flatMap(({ declared }) => declared),
		...remade.flatMap((set) => deleteSet(set, before)),
		...sets.filter(({ set }) => !isRefilled.has(set)).flatMap((change) => editSet(change, after)),
		...refilled.flatMap(refillSet),
		...edits.flatMap(({ rules }) => rules),
		...sets.filter(isGone).flatMap(({ set }) => deleteSet(set, before)),
	];
}

const NO_TABLE: NftIndex = { table: undefined, sets: new Map(), chains: new Map(), elementIn: () => undefined };

function isGone({ existence }: Pick<NftChainChange, "existence">): boolean {
	return existence === "removed";
}

function unchanged(chain: string): NftChainChange {
	return { chain, existence: "both", removed: [], added: [], moved: [] };
}

/** Chains with rules that refer to some sets or chains: these cannot be deleted meanwhile. */
function chainsUsing({ chains }: NftIndex, names: ReadonlySet<string>): ReadonlySet<string> {
	if (names.size === 0) return new Set();
	const isUsing = (rule: Rule): boolean => [...setsOfRule(rule), ...calledByRule(rule)].some((name) => names.has(name));
	return new Set([...chains.values()].filter(({ rules }) => rules.some(isUsing)).map(({ name }) => name));
}

function chainsOfBoth(before: NftIndex, after: NftIndex): ReadonlySet<string> {
	return new Set([...after.chains.keys()].filter((name) => before.chains.has(name)));
}

/** What rules fill stays: it is what a node remembers of its clients. */
function setsOfBoth(before: NftIndex, after: NftIndex): readonly NamedSet[] {
	return [...after.sets.values()].filter(({ name, flags }) => before.sets.has(name) && !flags.includes("dynamic"));
}

function refillSet({ kind, name, elements }: NamedSet): readonly Command[] {
	return [
		{ kind: "flush-set", of: kind, name },
		...elements.map((element) => ({ kind: "add-element", set: name, element }) as const),
	];
}

function deleteSet(name: string, { sets }: NftIndex): readonly Command[] {
	return [{ kind: "delete-set", of: sets.get(name)?.kind ?? "set", name }];
}

function editSet({ set, existence, removed, added }: NftSetChange, after: NftIndex): readonly Command[] {
	const declared = after.sets.get(set);
	if (declared === undefined) return [];
	const { elements, ...declaration } = declared;
	const made = existence === "both" ? [] : [{ kind: "add-set", set: declaration } as const];
	const isDynamic = declared.flags.includes("dynamic");
	const gone = existence === "both" ? removed : [];
	const come = existence === "remade" && !isDynamic ? elements : added;
	return [
		...made,
		...gone.map((element) => ({ kind: "delete-element", set, element }) as const),
		...come.map((element) => ({ kind: "add-element", set, element }) as const),
	];
}

interface ChainEdit {
	/** Lets go of what its rules refer to. */
	readonly emptied: readonly Command[];
	readonly declared: readonly Command[];
	readonly rules: readonly Command[];
}

/** @param isRefilled its rules have to be made again, whether or not they differ */
function editChain(
	{ chain, existence }: NftChainChange,
	before: NftIndex,
	after: NftIndex,
	isRefilled: boolean,
): ChainEdit {
	const { rules, ...declaration } = after.chains.get(chain) ?? { name: chain, ...NOTHING };
	const add = { kind: "add-chain", chain: declaration } as const;
	const filled = { emptied: [], declared: [add], rules: rulesFor(chain, rules) };
	if (existence === "added") return filled;
	const flush = { kind: "flush-chain", name: chain } as const;
	if (existence === "remade") {
		return { ...filled, emptied: [flush], declared: [{ kind: "delete-chain", name: chain }, add] };
	}
	const old = before.chains.get(chain)?.rules ?? [];
	const isLonger =
		old.length <= rules.length && old.every((rule, index) => ruleKey(rule) === ruleKey(rules[index] ?? NO_RULE));
	if (isLonger && !isRefilled) return { emptied: [], declared: [], rules: rulesFor(chain, rules.slice(old.length)) };
	return { emptied: [flush], declared: [], rules: filled.rules };
}

const NOTHING = { comment: undefined, hook: undefined, rules: [] };
const NO_RULE: Rule = { statements: [], comment: undefined, origin: undefined };

function rulesFor(chain: string, rules: readonly Rule[]): readonly Command[] {
	return rules.map((rule) => ({ kind: "add-rule", chain, rule }));
}
