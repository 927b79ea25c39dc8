import { between, commonEnds } from "../../common-ends.ts";
import type { RuleGroup } from "./grouped-table.ts";
import type { Rule } from "./ruleset.ts";

/** Groups, and their rules in chains that others share, by chain. */
export interface Dispatch {
	readonly groups: readonly RuleGroup[];
	/** In the order of the groups; a chain in which no group has a rule may be missing. */
	readonly lists: ReadonlyMap<string, readonly Rule[]>;
}

/** Of no group. */
export const NO_DISPATCH: Dispatch = { groups: [], lists: new Map() };

/** The lists of some groups, made of those of other groups by exchanging what stands between their common ends. */
export function dispatchOf(groups: readonly RuleGroup[], before: Dispatch = NO_DISPATCH): Dispatch {
	const ends = commonEnds(before.groups, groups);
	const [old, current] = between(before.groups, groups, ends);
	const [gone, come] = [listsOf(old), listsOf(current)];
	const lists = new Map(before.lists);
	for (const chain of new Set([...gone.keys(), ...come.keys()])) {
		const list = before.lists.get(chain) ?? [];
		const { [0]: first, length } = gone.get(chain) ?? [];
		const at = first === undefined ? placeBehind(before.groups.slice(0, ends.start), chain, list) : list.indexOf(first);
		lists.set(chain, [...list.slice(0, at), ...(come.get(chain) ?? []), ...list.slice(at + length)]);
	}
	return { groups, lists };
}

function listsOf(groups: readonly RuleGroup[]): ReadonlyMap<string, readonly Rule[]> {
	const lists = new Map<string, Rule[]>();
	for (const { dispatch } of groups) {
		for (const rule of dispatch) {
			const list = lists.get(rule.chain);
			if (list === undefined) lists.set(rule.chain, [rule]);
			else list.push(rule);
		}
	}
	return lists;
}

/** Where in the list of a chain the rules of the first groups end. */
function placeBehind(groups: readonly RuleGroup[], chain: string, list: readonly Rule[]): number {
	if (list.length === 0) return 0;
	const last = groups.findLast(({ dispatch }) => dispatch.some((rule) => rule.chain === chain));
	const rule = last?.dispatch.findLast((one) => one.chain === chain);
	return rule === undefined ? 0 : list.indexOf(rule) + 1;
}
