import fc from "fast-check";
import { expect, it } from "vitest";
import { findRules, indexSides, indexTables, rulesOfSome } from "../../src/diff/iptables/chain-index.ts";
import { backends, buildModel } from "../../src/index.ts";
import type { Rule, Table } from "../../src/lang/iptables/ruleset.ts";
import { arbitraryChange, snapshotOf } from "../support/arbitrary-changes.ts";
import { arbitraryObjects, NODE } from "../support/arbitrary-snapshot.ts";

it("of a state that shares groups with another one, fewer chains are listed, and all can be asked for", () => {
	let [listed, left] = [0, 0];
	fc.assert(
		fc.property(arbitraryObjects.map(snapshotOf), arbitraryChange, (snapshot, change) => {
			const options = { node: NODE, family: "ipv4" } as const;
			const before = buildModel(snapshot, options).model;
			const { model } = buildModel(change(snapshot), { ...options, before });
			const { old, current } = backends.iptables((backend) => {
				const rules = backend.build(before);
				const tablesOf = (one: typeof rules): readonly Table[] => backend.state(one).iptables ?? [];
				return { old: tablesOf(rules), current: tablesOf(backend.build(model, rules)) };
			});
			const sides = indexSides(old, current);
			for (const [tables, side] of [
				[old, sides[0]],
				[current, sides[1]],
			] as const) {
				for (const [table, { chains }] of indexTables(tables)) {
					for (const [chain, rules] of chains) expect(findRules(side, table, chain)).toEqual(rules);
					const count = side.get(table)?.chains.size ?? 0;
					listed += count;
					left += chains.size - count;
				}
			}
			for (const { name } of model.servicePorts) expectAllOf(name, current, sides[1]);
		}),
		{ seed: 20261122, numRuns: 100 },
	);
	expect(left).toBeGreaterThan(listed / 10);
});

/** Every rule of a service port in a shared chain is among those that are looked at for it. */
function expectAllOf(name: string, tables: readonly Table[], side: ReturnType<typeof indexTables>): void {
	const isOwn = ({ origin }: Rule): boolean => origin?.subject === name;
	for (const [table, { chains }] of indexTables(tables)) {
		const all = chains.get("KUBE-SERVICES") ?? [];
		const some = rulesOfSome(side, table, "KUBE-SERVICES", new Set([name]));
		expect(some.filter(isOwn)).toEqual(all.filter(isOwn));
	}
}
