import { once } from "../../once.ts";
import { type Chain, type Rule, rulesByChain, type Table, type TablePart } from "./ruleset.ts";

/**
 * Rules of a table that belong together: chains of its own with their rules, and rules in chains that others share. Only
 * rules of the group lead to its chains.
 */
export interface RuleGroup extends TablePart {
	/** Whom its rules belong to, as their origins say. */
	readonly subject: string;
	/** Its rules in chains of the table that no group has. In the text they stand before `rules`. */
	readonly dispatch: readonly Rule[];
}

/** The rules of a table, most of them in groups. */
export interface Grouped<Groups extends Iterable<RuleGroup> = readonly RuleGroup[]> {
	/** What stands before the groups. */
	readonly head: TablePart;
	readonly groups: Groups;
	/** What stands behind them: rules in chains of `head`. */
	readonly tail: readonly Rule[];
}

/** The parts in the order of the text. */
export function* partsOf({ head, groups, tail }: Grouped<Iterable<RuleGroup>>): Generator<TablePart> {
	yield head;
	for (const group of groups) {
		yield { chains: NO_CHAINS, rules: group.dispatch };
		yield group;
	}
	yield { chains: NO_CHAINS, rules: tail };
}

const NO_CHAINS: readonly Chain[] = [];

/** A table of which it is known which rules belong together. */
export interface GroupedTable extends Table {
	/** Not enumerable: a copy of the table in which something is changed has none. */
	readonly grouped: {
		/** Chains that belong to no group, in listed order. */
		readonly chains: readonly Chain[];
		/** The rules of these chains, those of groups among them. */
		readonly shared: ReadonlyMap<string, readonly Rule[]>;
		readonly groups: readonly RuleGroup[];
	};
}

/**
 * A table that knows its groups.
 *
 * @param lists the rules that groups have in other chains, by chain
 * @param whole makes the chains and rules of all parts; not before somebody asks for them
 */
export function groupedTable(
	name: string,
	{ head, groups, tail }: Grouped,
	lists: ReadonlyMap<string, readonly Rule[]>,
	whole: () => TablePart,
): GroupedTable {
	const chains = inListedOrder(head.chains);
	const [first, last] = [rulesByChain({ chains, rules: head.rules }), rulesByChain({ chains, rules: tail })];
	const allIn = ({ name: chain }: Chain): readonly Rule[] =>
		[first, lists, last].flatMap((byChain) => byChain.get(chain) ?? []);
	const shared = new Map(chains.map((chain) => [chain.name, allIn(chain)]));
	const made = once(whole);
	const table = lazyTable(name, { chains: () => made().chains, rules: () => made().rules });
	return Object.defineProperty(table, "grouped", { value: { chains, shared, groups } }) as GroupedTable;
}

/** A table whose chains and rules are each made when somebody first asks for them. */
export function lazyTable(
	name: string,
	make: { readonly chains: () => readonly Chain[]; readonly rules: () => readonly Rule[] },
): Table {
	const [chains, rules] = [once(make.chains), once(make.rules)];
	return {
		name,
		get chains() {
			return chains();
		},
		get rules() {
			return rules();
		},
	};
}

/** The groups of a table; undefined when nothing is known of them. */
export function groupedOf(table: Table): GroupedTable["grouped"] | undefined {
	return "grouped" in table ? (table as GroupedTable).grouped : undefined;
}

/** Chains in the order of iptables-save (nft): built-in ones as they are, then the others by name, each once. */
export function inListedOrder(chains: readonly Chain[]): readonly Chain[] {
	const builtIn = chains.filter(({ policy }) => policy !== undefined);
	const names = new Set(chains.filter(({ policy }) => policy === undefined).map(({ name }) => name));
	return builtIn.concat([...names].sort((a, b) => (a < b ? -1 : 1)).map((name) => ({ name })));
}
