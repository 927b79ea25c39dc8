import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { Family, Model, ProxyMode } from "../src/index.ts";
import { arbitraryConfig, arbitraryObjects } from "./support/arbitrary-snapshot.ts";
import { modelOfCase, readCase } from "./support/compile-case.ts";
import { modelOf } from "./support/compile-objects.ts";
import { IS_LONG } from "./support/is-long.ts";
import { comparePair, PAIRS, type PairDifference, type PairName } from "./support/mode-pairs.ts";
import { expectedCounts, reasonsFor } from "./support/mode-reasons.ts";
import { configInMode, oracleCases } from "./support/oracle.ts";

/** How many clusters are generated for each pair. */
const CLUSTERS = IS_LONG ? 5000 : 150;

const CASES = oracleCases().map(readCase);

/** Column of `docs/modes.md` with the packets of a pair. */
const COLUMNS: Readonly<Record<PairName, number>> = { "iptables ipvs": 5, "iptables nftables": 6, "ipvs nftables": 7 };

function textOf({ probe, difference }: PairDifference): string {
	const { from, to, port } = probe.packet;
	return [
		`${probe.servicePort?.name}: ${probe.where} ${to}:${port} from ${probe.client} ${from}`,
		...difference.differences.map(({ kind, old, current }) => `${kind}: ${old} => ${current}`),
	].join("; ");
}

describe.each(PAIRS)("%s and %s treat every kind of packet alike, but for what docs/modes.md lists", (...pair) => {
	const name = pair.join(" ") as PairName;
	const counts = expectedCounts(name);
	const expected = Object.fromEntries(counts);
	const found = new Map<string, number>([...counts.keys()].map((text) => [text, 0]));
	const occurred = new Set<string>();
	let probes = 0;
	let generated = 0;

	for (const read of CASES) {
		it.each(["ipv4", "ipv6"] as const)(`${read.case.name} %s`, (family) => {
			const compared = comparePair(pair, (mode) => {
				const model = modelOfCase(read, "1.36", family, undefined, mode);
				if (model === undefined) throw new Error("the configuration is refused");
				return model;
			});
			probes += compared.probes;
			const unexplained = compared.differences.filter((difference) => {
				const [first] = reasonsFor(difference, name);
				if (first !== undefined) found.set(first, (found.get(first) ?? 0) + 1);
				return first === undefined;
			});
			expect(unexplained.map(textOf)).toEqual([]);
		});
	}

	it("in generated clusters too", () => {
		const input = fc.record({
			objects: arbitraryObjects,
			config: arbitraryConfig,
			family: fc.constantFrom<Family>("ipv4", "ipv6"),
		});
		fc.assert(
			fc.property(input, ({ objects, config, family }) => {
				const modelIn = (mode: ProxyMode): Model => modelOf({ objects, config: configInMode(config, mode), family });
				const { probes: count, differences } = comparePair(pair, modelIn);
				generated += count;
				const unexplained = differences.filter((one) => {
					const told = reasonsFor(one, name);
					for (const text of told) occurred.add(text);
					return told.length === 0;
				});
				expect(unexplained.map(textOf)).toEqual([]);
			}),
			{ numRuns: CLUSTERS, seed: 20261121 },
		);
	});

	it("and docs/modes.md lists the same differences", () => {
		const page = readFileSync(new URL("../docs/modes.md", import.meta.url), "utf8");
		const table = page.split("| when |")[1]?.split("\n\n")[0] ?? "";
		const rows = table
			.split("\n")
			.slice(2)
			.map((row) => row.split("|").map((cell) => cell.trim()));
		const listed = rows
			.filter((cells) => cells[COLUMNS[name]] !== "")
			.map((cells) => [cells[1], Number(cells[COLUMNS[name]])]);
		expect(Object.fromEntries(listed)).toEqual(expected);
	});

	it("and each of these differences occurs, as often as it is listed", () => {
		expect(Object.fromEntries(found)).toEqual(expected);
		const everywhere = [...occurred, ...[...found].flatMap(([text, count]) => (count > 0 ? text : []))];
		expect([...counts.keys()].filter((text) => !everywhere.includes(text))).toEqual([]);
	});

	afterAll(() => console.log(`modes: ${probes} kinds of packets through ${name}, ${generated} in generated clusters`));
});
