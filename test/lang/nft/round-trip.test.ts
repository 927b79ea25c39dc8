import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyTransaction } from "../../../src/lang/nft/apply-transaction.ts";
import { parseNftListing } from "../../../src/lang/nft/parse-listing.ts";
import { parseNftTransaction } from "../../../src/lang/nft/parse-transaction.ts";
import { printListing } from "../../../src/lang/nft/print-listing.ts";
import { printTransaction } from "../../../src/lang/nft/print-transaction.ts";
import type { Table } from "../../../src/lang/nft/table.ts";
import type { Transaction } from "../../../src/lang/nft/transaction.ts";
import { arbitraryOperation, arbitraryTable } from "../../support/arbitrary-nft.ts";
import { canonListing } from "../../support/canon.ts";
import { captures, oracleCases } from "../../support/oracle.ts";

const RUNS = { seed: 1, numRuns: 1000 };
const FOREIGN = readFileSync(new URL("../../../fixtures/listings/foreign.txt", import.meta.url), "utf8");

/** Captured texts, each once. */
function texts(prefix: string): readonly string[] {
	const all = oracleCases().flatMap(({ name }) => captures(name, "nftables"));
	return [...new Set(all.filter(({ file }) => file.startsWith(prefix)).map(({ text }) => text))];
}

function unknownsIn(rules: readonly Table["chains"][number]["rules"][number][]): number {
	return rules.flatMap(({ statements }) => statements).filter(({ kind }) => kind === "unknown").length;
}

function rulesOf(transaction: Transaction) {
	return transaction.flatMap((operation) => (operation.kind === "add-rule" ? operation.rule : []));
}

describe("transactions as text", () => {
	it("printed and parsed are the same commands", () => {
		fc.assert(
			fc.property(fc.array(arbitraryOperation, { maxLength: 6 }), (transaction) => {
				expect(parseNftTransaction(printTransaction(transaction))).toEqual({ transaction, unknown: [] });
			}),
			RUNS,
		);
	});

	it("of kube-proxy are understood completely, and printed again byte for byte", () => {
		const captured = texts("nft.");
		expect(captured.length).toBeGreaterThan(400);
		for (const text of captured) {
			const { transaction, unknown } = parseNftTransaction(text);
			expect(unknown).toEqual([]);
			expect(unknownsIn(rulesOf(transaction))).toBe(0);
			expect(printTransaction(transaction)).toBe(text);
		}
	});

	it("of kube-proxy, applied to nothing, give what nft listed", () => {
		let compared = 0;
		for (const { name } of oracleCases()) {
			const all = captures(name, "nftables");
			for (const listing of all.filter(({ file }) => file === "ruleset.txt")) {
				const sent = all.filter(({ file, version }) => file !== "ruleset.txt" && version === listing.version);
				if (sent.length < 2) continue;
				const tables = sent.flatMap(({ text }) => applyTransaction(parseNftTransaction(text).transaction));
				// A text that several versions wrote alike is stored once, so that its order may be that of another run.
				const actual = canonListing(printListing(tables));
				expect(actual, `${name} ${listing.version}`).toBe(canonListing(listing.text));
				compared++;
			}
		}
		expect(compared).toBe(610);
	});

	it("that say something else keep the line", () => {
		const text = "define x = 1\nadd rule ip a b accept\ninsert rule ip a b drop\ntable ip a {\n}\nadd chain ip a {\n";
		const { transaction, unknown } = parseNftTransaction(text);
		expect(transaction.map(({ kind }) => kind)).toEqual(["add-rule"]);
		expect(unknown.map(({ line }) => line)).toEqual([1, 3, 4, 5, 6]);
	});
});

describe("listings as text", () => {
	it("printed and parsed and printed again are the same text", () => {
		fc.assert(
			fc.property(fc.array(arbitraryTable, { maxLength: 2 }), (tables) => {
				const text = printListing(tables);
				const parsed = parseNftListing(text);
				expect(parsed.problems).toEqual([]);
				expect(printListing(parsed.tables)).toBe(text);
				expect(parseNftListing(printListing(parsed.tables))).toEqual(parsed);
			}),
			RUNS,
		);
	});

	it("of kube-proxy's tables are understood completely, and printed again byte for byte", () => {
		const captured = texts("ruleset.");
		expect(captured.length).toBeGreaterThan(300);
		for (const text of captured) {
			const { tables, problems } = parseNftListing(text);
			expect(problems).toEqual([]);
			expect(unknownsIn(tables.flatMap(({ chains }) => chains.flatMap(({ rules }) => rules)))).toBe(0);
			expect(tables.flatMap(({ unknown, sets }) => [...unknown, ...sets.flatMap((set) => set.unknown)])).toEqual([]);
			expect(printListing(tables)).toBe(text);
		}
	});

	it("of others lose nothing", () => {
		const { tables, problems } = parseNftListing(FOREIGN);
		expect(problems).toEqual([]);
		expect(tables.map(({ family, name }) => `${family} ${name}`)).toEqual(["inet t", "bridge bt", "arp at", "ip dorm"]);
		expect(linesOf(printListing(tables))).toEqual(linesOf(FOREIGN));
		expect(parseNftListing(printListing(tables)).tables).toEqual(tables);
	});

	it("of others are understood where they can be, and kept as they are where not", () => {
		const { tables } = parseNftListing(FOREIGN);
		const rules = tables.flatMap(({ chains }) => chains.flatMap((chain) => chain.rules));
		const kinds = rules.map(({ statements }) => statements.map(({ kind }) => kind).join(" "));
		expect(kinds).toContain("match counter verdict");
		expect(kinds).toContain("match unknown");
		expect(tables[0]?.chains[1]?.hook).toEqual({
			type: "route",
			hook: "output",
			device: undefined,
			priority: -147,
			policy: "drop",
		});
		expect(tables[1]?.chains.map(({ hook }) => hook?.priority)).toEqual([-300, -199]);
		expect(tables[0]?.sets[0]?.elements.map(({ key, options, comment }) => ({ key, options, comment }))).toEqual([
			{ key: ["1.1.1.1-1.1.1.5"], options: [], comment: undefined },
			{ key: ["10.0.0.0/8"], options: ["timeout", "2h"], comment: "c" },
		]);
	});

	it("with numbers of rules and warnings are the same", () => {
		const text = 'table ip t { # handle 3\n\tchain c { # handle 1\n\t\tdrop comment "a # b" # handle 7\n\t}\n}\n';
		expect(printListing(parseNftListing(text).tables)).toBe(
			'table ip t {\n\tchain c {\n\t\tdrop comment "a # b"\n\t}\n}\n',
		);
	});
});

describe("broken listings", () => {
	const text = captures("98-kitchen-sink", "nftables").find(({ file }) => file === "ruleset.txt")?.text ?? "";

	it("that end too early are reported, wherever that is", () => {
		const lines = text.split("\n");
		const ends = new Set(lines.flatMap((line, index) => (line === "}" ? index + 1 : [])));
		for (let count = 1; count < lines.length; count++) {
			const { problems } = parseNftListing(lines.slice(0, count).join("\n"));
			expect(problems.length === 0, `${count} lines`).toBe(ends.has(count));
		}
	});

	it("never make the parsers throw", () => {
		const places = fc.tuple(fc.nat(text.length), fc.nat(40), fc.string({ maxLength: 8 }));
		fc.assert(
			fc.property(places, ([at, length, other]) => {
				const broken = text.slice(0, at) + other + text.slice(at + length);
				expect(Array.isArray(parseNftListing(broken).tables)).toBe(true);
				expect(Array.isArray(parseNftTransaction(broken).transaction)).toBe(true);
			}),
			{ seed: 1, numRuns: 300 },
		);
	});

	it("that are anything at all never make them throw", () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom(...'{}\n\t ;,:.@"#!=adlert ip mp0/'), maxLength: 200 }), (any) => {
				expect(Array.isArray(parseNftListing(any).tables)).toBe(true);
				expect(Array.isArray(parseNftTransaction(any).transaction)).toBe(true);
			}),
			RUNS,
		);
	});
});

function linesOf(listing: string): readonly string[] {
	const lines = listing.split("\n").map((line) => line.trim());
	return lines.filter((line) => line !== "").sort();
}
