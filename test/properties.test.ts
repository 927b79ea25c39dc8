import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildIptables } from "../src/backend/iptables/build.ts";
import { installedRuleset } from "../src/backend/netfilter/installed.ts";
import { backends, type Family, KUBE_VERSIONS } from "../src/index.ts";
import { restoreProbability } from "../src/lang/iptables/numbers.ts";
import { type Chain, rulesByChain, type Table } from "../src/lang/iptables/ruleset.ts";
import { wholeRuleset } from "../src/lang/iptables/ruleset-source.ts";
import { arbitraryConfig, arbitraryObjects, withOrder } from "./support/arbitrary-snapshot.ts";
import { modelOf, textsOf } from "./support/compile-objects.ts";
import { IS_LONG } from "./support/is-long.ts";

/** Same snapshots in every run; many more in the long run. */
const RUNS = { seed: 20261121, numRuns: IS_LONG ? 5000 : 150 };

const input = fc.record({
	objects: arbitraryObjects,
	config: arbitraryConfig,
	family: fc.constantFrom<Family>("ipv4", "ipv6"),
	kubeVersion: fc.constantFrom(...KUBE_VERSIONS.filter((version) => version !== "1.30")),
});

/** Chains that are there whether or not anything leads to them: node ports may answer on no address at all. */
const ALWAYS_THERE = ["KUBE-MARK-MASQ", "KUBE-NODEPORTS", "KUBE-PROXY-CANARY"];

describe("laws of the iptables backend, on generated snapshots", () => {
	it("shuffling the objects changes no byte", () => {
		fc.assert(
			fc.property(withOrder(input), ({ one, order }) => {
				expect(textsOf({ ...one, objects: order })).toEqual(textsOf(one));
			}),
			RUNS,
		);
	});

	it("every jump leads to a chain of the same table, and every chain is reached", () => {
		fc.assert(
			fc.property(input, (one) => {
				for (const table of installedRuleset(buildIptables(modelOf(one))).tables) checkJumps(table);
			}),
			RUNS,
		);
	});

	it("every endpoint of a chain gets the same share, to ten digits", () => {
		fc.assert(
			fc.property(input, (one) => {
				for (const table of wholeRuleset(buildIptables(modelOf(one)).restore).tables) checkShares(table);
			}),
			RUNS,
		);
	});

	it("no chain has a name that is too long, and no rule a word that is none", () => {
		fc.assert(
			fc.property(input, (one) => {
				const { restore, save } = textsOf(one);
				for (const line of `${restore}${save}`.split("\n")) {
					expect(line).not.toMatch(/undefined|NaN|null|\[object/);
					expect(/^:(\S+)/.exec(line)?.[1]?.length ?? 0).toBeLessThanOrEqual(28);
				}
			}),
			RUNS,
		);
	});

	it("a description has as many rules as the text", () => {
		fc.assert(
			fc.property(input, (one) => {
				const described = backends.iptables((backend) => backend.describe(backend.build(modelOf(one)), {}));
				const numbers = JSON.stringify(described).match(/"number":/g) ?? [];
				expect(numbers.length).toBe(textsOf(one).save.match(/^-A /gm)?.length ?? 0);
			}),
			RUNS,
		);
	});
});

function checkJumps(table: Table): void {
	const chains = new Set(table.chains.map(({ name }) => name));
	const byChain = rulesByChain(table);
	const isRoot = ({ name, policy }: Chain): boolean => policy !== undefined || ALWAYS_THERE.includes(name);
	const reached = new Set(table.chains.filter(isRoot).map(({ name }) => name));
	for (const chain of reached) {
		for (const { target } of byChain.get(chain) ?? []) if (target?.kind === "jump") reached.add(target.chain);
	}
	for (const { target } of table.rules) if (target?.kind === "jump") expect(chains).toContain(target.chain);
	expect([...chains].filter((name) => !reached.has(name))).toEqual([]);
}

function checkShares(table: Table): void {
	for (const rules of rulesByChain(table).values()) {
		const balanced = rules.filter(({ origin }) => origin?.reason === "balance");
		let rest = 1;
		for (const { matches } of balanced) {
			const match = matches.find(({ kind }) => kind === "statistic");
			const taken = match?.kind === "statistic" ? Number(restoreProbability(match.probability)) : 1;
			expect(Math.abs(rest * taken - 1 / balanced.length)).toBeLessThan(2e-10);
			rest *= 1 - taken;
		}
		if (balanced.length > 0) expect(rest).toBe(0);
	}
}
