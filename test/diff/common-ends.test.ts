import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withoutCommonEnds } from "../../src/diff/iptables/common-ends.ts";
import { compareAll, compareChain } from "../../src/diff/iptables/compare-chain.ts";
import { canonicalRule } from "../../src/lang/iptables/canonical.ts";
import { newRule, type Rule } from "../../src/lang/iptables/ruleset.ts";
import { arbitraryChains } from "../support/arbitrary-chains.ts";
import { IS_LONG } from "../support/is-long.ts";

/** Same chains in every run; many more in the long run. */
const RUNS = { seed: 20261122, numRuns: IS_LONG ? 200_000 : 10_000 };

function dispatch(host: number, chain = host): Rule {
	const parts = { destination: { address: `10.96.0.${host}`, prefixLength: undefined, isNegated: false } };
	const port = { kind: "ports", protocol: "tcp", destinationPort: 80 } as const;
	return newRule("KUBE-SERVICES", [port], { kind: "jump", chain: `KUBE-SVC-${chain}` }, undefined, parts);
}

describe("what two chains have in common at their ends", () => {
	it("has no say in how they compare, down to the objects and their order", () => {
		let shorter = 0;
		fc.assert(
			fc.property(arbitraryChains, ({ before, after, called }) => {
				const rulesOf = (chain: string): readonly Rule[] | undefined =>
					chain === "KUBE-SVC-AAAAAAAAAAAAAAAA" ? called.map(canonicalRule) : undefined;
				const [whole, short] = [compareAll(before, after, rulesOf), compareChain(before, after, rulesOf)];
				expect(short).toEqual(whole);
				for (const list of ["removed", "added", "moved"] as const) {
					expect(short?.[list].every((rule, index) => rule === whole?.[list][index]) ?? true).toBe(true);
				}
				if (withoutCommonEnds(before, after)[0].length < before.length) shorter++;
			}),
			RUNS,
		);
		expect(shorter).toBeGreaterThan(RUNS.numRuns / 10);
	});

	it("is left out but for rules about the address and port of one that differs", () => {
		const [one, two, three, again] = [dispatch(1), dispatch(2), dispatch(3), dispatch(2, 4)];
		const before = [one, two, three, again, three];
		expect(withoutCommonEnds(before, [one, three, again, three])).toEqual([[two, again], [again]]);
	});

	it("is kept at the end when a rule there has a copy among those that differ", () => {
		const [one, two, three] = [dispatch(1), dispatch(2), dispatch(3)];
		const [old, current] = withoutCommonEnds([one, two, three, two], [one, three, two]);
		expect([old, current]).toEqual([
			[two, three, two],
			[three, two],
		]);
	});
});
