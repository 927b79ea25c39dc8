import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildIptables } from "../src/backend/iptables/build.ts";
import { buildIpvs } from "../src/backend/ipvs/build.ts";
import { installedRuleset } from "../src/backend/netfilter/installed.ts";
import { type Family, KUBE_VERSIONS } from "../src/index.ts";
import type { Dialect } from "../src/lang/iptables/dialect.ts";
import { parseIptables } from "../src/lang/iptables/parse.ts";
import { printRuleset } from "../src/lang/iptables/print.ts";
import type { Ruleset } from "../src/lang/iptables/ruleset.ts";
import { wholeRuleset } from "../src/lang/iptables/ruleset-source.ts";
import { arbitraryRuleset } from "./support/arbitrary-iptables.ts";
import { arbitraryConfig, arbitraryObjects } from "./support/arbitrary-snapshot.ts";
import { asPrinted } from "./support/as-printed.ts";
import { modelOfCase, readCase } from "./support/compile-case.ts";
import { modelOf } from "./support/compile-objects.ts";
import { IS_LONG } from "./support/is-long.ts";
import { oracleCases } from "./support/oracle.ts";

/** Same rules in every run; many more in the long run. */
const RUNS = { seed: 20261121, numRuns: IS_LONG ? 20_000 : 500 };

const DIALECTS = ["restore", "save"] as const;

/** That the rules are read again from their text, and the text is written again from what was read. */
function expectInverse(ruleset: Ruleset, dialect: Dialect): void {
	const text = printRuleset(ruleset, dialect);
	const { sections, problems } = parseIptables(text, dialect);
	expect(problems).toEqual([]);
	expect(sections).toHaveLength(1);
	const { family, tables = [] } = sections[0] ?? {};
	expect([ruleset.family, undefined]).toContain(family);
	expect(tables).toEqual(asPrinted(ruleset, dialect));
	expect(printRuleset({ family: ruleset.family, tables }, dialect)).toBe(text);
}

describe("laws of the parser of iptables, on generated rules", () => {
	it.each(DIALECTS)("what is printed in the %s dialect is read as it was", (dialect) => {
		fc.assert(
			fc.property(arbitraryRuleset, (ruleset) => expectInverse(ruleset, dialect)),
			RUNS,
		);
	});

	it("which have every kind of match and target", () => {
		const rules = fc.sample(arbitraryRuleset, RUNS).flatMap(({ tables }) => tables.flatMap((table) => table.rules));
		expect(new Set(rules.flatMap(({ matches }) => matches.map(({ kind }) => kind)))).toEqual(
			new Set(
				"comment ports addrtype conntrack mark nfacct recent-set recent-check set physdev-is-in ipvs statistic unknown".split(
					" ",
				),
			),
		);
		expect(new Set(rules.map(({ target }) => target?.kind))).toEqual(
			new Set([
				undefined,
				...["accept", "drop", "return", "jump", "goto", "reject", "mark", "masquerade", "dnat", "unknown"],
			]),
		);
	});

	it("counters, line ends and long options make no difference", () => {
		fc.assert(
			fc.property(arbitraryRuleset, ({ family, tables }) => {
				const text = printRuleset({ family, tables }, "save");
				const expected = parseIptables(text, "save").sections.map((section) => section.tables);
				const other = text
					.replaceAll(/^-A /gm, "[12:345] -A ")
					.replaceAll("[0:0]\n", "[6:78]\n")
					.replaceAll(/^(\S+ -A \S+(?: !)?) -s (?=[\da-f.:]+\/\d+ )/gm, "$1 --source ")
					.replaceAll("\n", "\r\n");
				expect(parseIptables(other, "save").sections.map((section) => section.tables)).toEqual(expected);
			}),
			RUNS,
		);
	});

	it("text that is cut off anywhere loses its last line at most", () => {
		fc.assert(
			fc.property(arbitraryRuleset, fc.double({ min: 0, max: 1, noNaN: true }), (ruleset, share) => {
				const text = printRuleset(ruleset, "save");
				const cut = text.slice(0, Math.floor(text.length * share));
				const count = (one: string) =>
					parseIptables(one, "save").sections.flatMap(({ tables }) => tables.flatMap(({ rules }) => rules)).length;
				const whole = cut
					.split("\n")
					.slice(0, -1)
					.filter((line) => line.startsWith("-A ")).length;
				expect(count(cut)).toBeGreaterThanOrEqual(whole);
				expect(count(cut)).toBeLessThanOrEqual(whole + 1);
			}),
			RUNS,
		);
	});
});

describe("laws of the parser of iptables, on compiled rules", () => {
	const versions = KUBE_VERSIONS.filter((version) => version !== "1.30");
	const input = fc.record({
		objects: arbitraryObjects,
		config: arbitraryConfig,
		family: fc.constantFrom<Family>("ipv4", "ipv6"),
		kubeVersion: fc.constantFrom(...versions),
	});

	it("of generated snapshots: they are read as they were", () => {
		fc.assert(
			fc.property(input, (one) => {
				const model = modelOf(one);
				for (const rules of [buildIptables(model), buildIpvs(model)]) {
					expectInverse(wholeRuleset(rules.restore), "restore");
					expectInverse(installedRuleset(rules), "save");
				}
			}),
			{ ...RUNS, numRuns: IS_LONG ? 2000 : 50 },
		);
	});

	const cases = oracleCases();
	let compiled = 0;

	it.each(cases.map((one) => [one.name, one] as const))("of the captured cluster state %s: they are, too", (_, one) => {
		const read = readCase(one);
		for (const kubeVersion of versions) {
			for (const family of ["ipv4", "ipv6"] as const) {
				const model = modelOfCase(read, kubeVersion, family);
				if (model === undefined) continue;
				compiled++;
				for (const rules of [buildIptables(model), buildIpvs(model)]) {
					expectInverse(wholeRuleset(rules.restore), "restore");
					expectInverse(installedRuleset(rules), "save");
				}
			}
		}
	});

	it("of captured cluster states were compiled for every version and family", () => {
		expect(compiled).toBe(cases.length * versions.length * 2);
	});
});
