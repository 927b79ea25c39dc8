import { onOneSide } from "../../common-ends.ts";
import { groupedOf, type RuleGroup } from "../../lang/iptables/grouped-table.ts";
import type { Rule, Table } from "../../lang/iptables/ruleset.ts";
import { once } from "../../once.ts";

/** What becomes of the groups of a table that both sides have. */
export interface CommonGroups {
	/** Those that are the same objects on both sides: their chains need not be compared. */
	readonly groups: () => readonly RuleGroup[];
	/** The rules of a chain of these groups; undefined when it is none. */
	readonly rulesOf: (chain: string) => readonly Rule[] | undefined;
	/** Whether one of these groups might belong to somebody; false when groups of his are among the others. */
	readonly mayHave: (subject: string) => boolean;
	/** The others, of the old side and of the new one. */
	readonly others: readonly [old: readonly RuleGroup[], current: readonly RuleGroup[]];
}

/** By the name of the table, for tables whose groups are known on both sides. */
export function commonGroups(old: readonly Table[], current: readonly Table[]): ReadonlyMap<string, CommonGroups> {
	const common = new Map<string, CommonGroups>();
	for (const table of current) {
		const before = old.find(({ name }) => name === table.name);
		const [then, now] = [before && groupedOf(before), groupedOf(table)];
		if (then !== undefined && now !== undefined) common.set(table.name, commonOf(then.groups, now.groups));
	}
	return common;
}

function commonOf(old: readonly RuleGroup[], current: readonly RuleGroup[]): CommonGroups {
	const others = onOneSide(old, current);
	const groups = once(() => {
		const changed = new Set(others[1]);
		return current.filter((group) => !changed.has(group));
	});
	const owners = once(() => new Map(groups().flatMap((group) => group.chains.map(({ name }) => [name, group]))));
	const rulesOf = (chain: string): readonly Rule[] | undefined =>
		owners()
			.get(chain)
			?.rules.filter((rule) => rule.chain === chain);
	// A service port is one object with all of its rules, or another one.
	const changed = new Set(others.flat().map(({ subject }) => subject));
	return { groups, rulesOf, mayHave: (subject) => !changed.has(subject), others };
}
