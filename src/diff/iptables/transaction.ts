import { isServiceChain } from "../../kube/chains.ts";
import { nameInComment } from "../../kube/comment.ts";
import { canonicalRule } from "../../lang/iptables/canonical.ts";
import { rulePrinter } from "../../lang/iptables/print.ts";
import type { Rule } from "../../lang/iptables/ruleset.ts";
import type { NodeState } from "../../lang/node-state.ts";
import type { Difference } from "../diff.ts";
import { editScript } from "../lists/edit-script.ts";
import { indexTables, rulesIn, type Tables } from "./chain-index.ts";
import { commute, type RulesOf } from "./commute.ts";
import { type ChainChange, canonicalRules, isKubeletRule, mixedRules } from "./compare.ts";
import { jumpOrder } from "./jump-order.ts";

/**
 * The smallest text for `iptables-restore --noflush` that turns the old side into the new one; empty when no chain
 * differs. Chains are created before they are used and deleted afterwards; chains that do not differ are not touched.
 */
export function transaction(old: NodeState, current: NodeState, { chains }: Difference): string {
	const [before, after] = [indexTables(old.iptables ?? []), indexTables(current.iptables ?? [])];
	const print = rulePrinter(current.family, "save");
	const tables = [...new Set(chains.map(({ table }) => table))];
	return tables
		.map((table) =>
			tableText(
				table,
				chains.filter((change) => change.table === table),
				before,
				after,
				print,
			),
		)
		.join("");
}

type PrintRule = (rule: Rule) => string;

function tableText(
	table: string,
	changes: readonly ChainChange[],
	before: Tables,
	after: Tables,
	print: PrintRule,
): string {
	const rulesOf = canonicalRules(after, table);
	const edits = changes.map((change) => editChain(change, before, after, rulesOf, print));
	const lines = [...edits.flatMap(({ declared }) => declared), ...edits.flatMap(({ rules }) => rules)];
	const gone = changes
		.filter(
			({ existence, policy, chain }) =>
				existence === "removed" && policy === undefined && before.get(table)?.policies.has(chain) !== true,
		)
		.map(({ chain }) => `-X ${chain}`);
	return `*${table}\n${[...lines, ...gone].map((line) => `${line}\n`).join("")}COMMIT\n`;
}

interface ChainEdit {
	/** Lines that create or empty a chain, or set its policy. */
	readonly declared: readonly string[];
	readonly rules: readonly string[];
}

function editChain(change: ChainChange, before: Tables, after: Tables, rulesOf: RulesOf, print: PrintRule): ChainEdit {
	const { table, chain, existence, policy } = change;
	const empty = `:${chain} - [0:0]`;
	const isBuiltIn = [before, after].some((side) => side.get(table)?.policies.has(chain) === true);
	const [old, current] = [rulesIn(before, table, chain), rulesIn(after, table, chain)];
	if (isBuiltIn) {
		const declared = policy === undefined ? [] : [`:${chain} ${policy[1]} [0:0]`];
		if (!change.isPartial) return { declared, rules: editScript(chain, old.map(print), current.map(print)) };
		const { rules, kept } = jumpOrder(change, old, current, mixedRules(before, after, table));
		const isKept = (index: number): boolean => kept.has(old[index] as Rule);
		return { declared, rules: editScript(chain, old.map(print), rules.map(print), isKept) };
	}
	if (existence === "removed") return { declared: [empty], rules: [] };
	if (existence === "added") return { declared: [empty], rules: current.map(print) };
	const kubelets = old.filter(isKubeletRule);
	const own = current.filter((rule) => !isKubeletRule(rule));
	const wanted = [...kubelets, ...wantedRules(change, old, own, rulesOf, print)].map(print);
	const edits = editScript(chain, old.map(print), wanted);
	return wanted.length + 1 < edits.length ? { declared: [empty], rules: wanted } : { declared: [], rules: edits };
}

/** The new chain; of a chain that all Services share, whose order is random, the old order as far as it does no harm. */
function wantedRules(
	{ chain, moved }: ChainChange,
	old: readonly Rule[],
	current: readonly Rule[],
	rulesOf: RulesOf,
	print: PrintRule,
): readonly Rule[] {
	if (isServiceChain(chain) || moved.length > 0) return current;
	return keepOrder(old, current, rulesOf, print) ?? current;
}

interface Placed {
	readonly rule: Rule;
	readonly owner: string | undefined;
	readonly text: string;
	readonly canonical: Rule;
	/** Where it stands in the new chain. */
	readonly rank: number;
}

/** More comparisons of rules than this take too long: then the chain is written anew. */
const MOST_COMPARISONS = 5_000_000;

/** The old order without what is gone, and each new rule beside its neighbours; undefined when that does not work out. */
function keepOrder(
	old: readonly Rule[],
	current: readonly Rule[],
	rulesOf: RulesOf,
	print: PrintRule,
): readonly Rule[] | undefined {
	const placed = current.map(
		(rule, rank): Placed => ({
			rule,
			owner: nameInComment(rule),
			text: print(rule),
			canonical: canonicalRule(rule),
			rank,
		}),
	);
	const byText = new Map(placed.map((one) => [one.text, one]));
	if (byText.size !== placed.length) return undefined;
	const result = old.map((rule) => byText.get(print(rule))).filter((one) => one !== undefined);
	if (new Set(result).size !== result.length) return undefined;
	const kept = new Set(result);
	if ((placed.length - kept.size) * placed.length > MOST_COMPARISONS) return undefined;
	for (const one of placed) {
		if (kept.has(one)) continue;
		const at = placeFor(one, result, rulesOf);
		if (at === undefined) return undefined;
		result.splice(at, 0, one);
	}
	return result.map(({ rule }) => rule);
}

/** Behind what has to stand before it, in front of what has to stand behind it, and next to its own Service's rules. */
function placeFor(one: Placed, list: readonly Placed[], rulesOf: RulesOf): number | undefined {
	let [low, high] = [0, list.length];
	for (const [index, other] of list.entries()) {
		if (commute(one.canonical, other.canonical, rulesOf)) continue;
		if (other.rank < one.rank) low = index + 1;
		else high = Math.min(high, index);
	}
	if (low > high) return undefined;
	const mine = list.map((other, index) => ({ other, index })).filter(({ other }) => other.owner === one.owner);
	const before = mine.filter(({ other }) => other.rank < one.rank).at(-1);
	const behind = mine.find(({ other }) => other.rank > one.rank);
	const wish = before !== undefined ? before.index + 1 : (behind?.index ?? high);
	return Math.min(Math.max(wish, low), high);
}
