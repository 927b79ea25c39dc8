import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildNftables } from "../src/backend/nftables/build.ts";
import { backends, type Family, KUBE_VERSIONS } from "../src/index.ts";
import { applyTransaction } from "../src/lang/nft/apply-transaction.ts";
import { parseNftTransaction } from "../src/lang/nft/parse-transaction.ts";
import { printTransaction } from "../src/lang/nft/print-transaction.ts";
import type { Verdict } from "../src/lang/nft/statement.ts";
import type { Table } from "../src/lang/nft/table.ts";
import { arbitraryConfig, arbitraryObjects, type Objects, withOrder } from "./support/arbitrary-snapshot.ts";
import { modelOf } from "./support/compile-objects.ts";
import { IS_LONG } from "./support/is-long.ts";
import { configInMode } from "./support/oracle.ts";

/** Same snapshots in every run; many more in the long run. */
const RUNS = { seed: 20261121, numRuns: IS_LONG ? 5000 : 150 };

const input = fc.record({
	objects: arbitraryObjects,
	config: arbitraryConfig.map((config) => configInMode(config, "nftables")),
	family: fc.constantFrom<Family>("ipv4", "ipv6"),
	kubeVersion: fc.constantFrom(...KUBE_VERSIONS.filter((version) => version !== "1.30")),
});

describe("laws of the nftables backend, on generated snapshots", () => {
	it("shuffling the objects changes no byte", () => {
		fc.assert(
			fc.property(withOrder(input), ({ one, order }) => {
				const texts = (objects: Objects) =>
					backends.nftables((backend) =>
						backend.parts([backend.build(modelOf({ ...one, objects }))]).map((part) => part.print()),
					);
				expect(texts(order)).toEqual(texts(one.objects));
			}),
			RUNS,
		);
	});

	it("everything that a rule or an element leads to is there, and every chain is reached", () => {
		fc.assert(
			fc.property(input, (one) => {
				const { transaction } = buildNftables(modelOf(one));
				const isContested = transaction.some(({ kind }) => kind === "delete-element");
				const spare = isContested ? SPARE_WHEN_CONTESTED : SPARE;
				for (const table of applyTransaction(transaction)) checkReferences(table, spare);
			}),
			RUNS,
		);
	});

	it("the text is read back as the same commands, and everything has an origin", () => {
		fc.assert(
			fc.property(input, (one) => {
				const { transaction } = buildNftables(modelOf(one));
				const text = printTransaction(transaction);
				expect(text).not.toMatch(/undefined|NaN|null|\[object/);
				const { transaction: parsed, unknown } = parseNftTransaction(text);
				expect(unknown).toEqual([]);
				expect(printTransaction(parsed)).toBe(text);
				const withoutOrigin = transaction.filter(
					(operation) =>
						(operation.kind === "add-rule" && operation.rule.origin === undefined) ||
						(operation.kind === "add-element" && operation.element.origin === undefined),
				);
				expect(withoutOrigin).toEqual([]);
			}),
			RUNS,
		);
	});
});

/** nft refuses a name that is not there; a chain that nothing leads to would be waste. */
function checkReferences({ sets, chains }: Table, spare: RegExp): void {
	const statements = chains.flatMap(({ rules }) => rules.flatMap((rule) => rule.statements));
	const verdicts: readonly (Verdict | undefined)[] = [
		...statements.flatMap((statement) => {
			if (statement.kind === "verdict") return statement.verdict;
			return statement.kind === "vmap" && typeof statement.map !== "string"
				? statement.map.map(({ verdict }) => verdict)
				: [];
		}),
		...sets.flatMap(({ elements }) => elements.map(({ value }) => (value?.kind === "data" ? undefined : value))),
	];
	const reached = new Set(
		verdicts.flatMap((verdict) => (verdict !== undefined && "chain" in verdict ? verdict.chain : [])),
	);
	const names = new Set(chains.map(({ name }) => name));
	expect([...reached].filter((chain) => !names.has(chain))).toEqual([]);
	const unreached = chains.filter(({ name, hook }) => hook === undefined && !reached.has(name)).map(({ name }) => name);
	expect(unreached.filter((name) => !spare.test(name))).toEqual([]);
	const used = statements.flatMap((statement) => {
		if (statement.kind === "vmap") return typeof statement.map === "string" ? statement.map : [];
		if (statement.kind === "update") return statement.set;
		return statement.kind === "match" && statement.right.kind === "named-set" ? statement.right.set : [];
	});
	const known = new Set(sets.map(({ name }) => name));
	expect(used.filter((set) => !known.has(set))).toEqual([]);
}

/** Chains that are there whether or not anything leads to them. */
const SPARE = /^(?:reject-chain|mark-for-masquerade)$/;

/** Of two Services that claim one address and port, one has chains for nothing. */
const SPARE_WHEN_CONTESTED =
	/^(?:reject-chain|mark-for-masquerade|(?:external|firewall|service|local|endpoint)-.*\/.*)$/;
