import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parseIptables } from "../../../src/lang/iptables/parse.ts";
import { printRuleset } from "../../../src/lang/iptables/print.ts";

const ROOT = fileURLToPath(new URL("../../../fixtures/dumps/", import.meta.url));

const FILES = readdirSync(ROOT).filter((file) => file.endsWith(".txt"));

/** Printed by releases whose comment line is the same for both programs. */
const WITHOUT_VARIANT = ["docker-1.8.4.nft.txt", "kube-node-1.8.4.legacy.txt"];

/** With chains in the order in which they were made; svcnat has the order of later releases. */
const UNSORTED = ["docker-1.8.4.nft.txt"];

/** With a table that the tool does not show. */
const INCOMPLETE = ["mixed-backends.nft.txt"];

const read = (file: string): string => readFileSync(`${ROOT}${file}`, "utf8");

/** The dump without comment lines and with no packets counted. */
function withoutCounts(text: string): string {
	return text
		.replaceAll(/^#.*\n/gm, "")
		.replaceAll(/^(:\S+ \S+) \[\d+:\d+\]$/gm, "$1 [0:0]")
		.replaceAll(/^\[\d+:\d+\] /gm, "");
}

/** The lines of every table by themselves, for a text whose chains have another order; rules of a chain keep theirs. */
function byChain(text: string): readonly (readonly string[])[] {
	const chainOf = (line: string): string => line.split(" ")[1] ?? "";
	return text.split(/(?<=^COMMIT\n)/m).map((table) => {
		const lines = table.split("\n");
		const rules = lines.filter((line) => line.startsWith("-A "));
		const sorted = rules
			.map((line, at) => ({ line, at }))
			.sort((a, b) => order(chainOf(a.line), chainOf(b.line)) || a.at - b.at);
		return [...lines.filter((line) => !line.startsWith("-A ")).sort(), ...sorted.map(({ line }) => line)];
	});
}

function order(a: string, b: string): number {
	return a === b ? 0 : a < b ? -1 : 1;
}

function printed(file: string): string {
	const { sections } = parseIptables(read(file));
	return sections.map(({ family, tables }) => printRuleset({ family: family ?? "ipv4", tables }, "save")).join("");
}

describe("dumps with rules of other tools", () => {
	it("are there", () => {
		expect(FILES.length).toBeGreaterThanOrEqual(28);
		expect(FILES).toEqual(expect.arrayContaining([...WITHOUT_VARIANT, ...UNSORTED, ...INCOMPLETE]));
	});

	it.each(FILES)("%s is printed as it was, but for comment lines and counters", (file) => {
		const expected = withoutCounts(read(file));
		expect(expected).toMatch(/^\*/);
		if (UNSORTED.includes(file)) {
			expect(byChain(printed(file))).toEqual(byChain(expected));
			expect(printed(file), "it is sorted: take it off the list").not.toBe(expected);
		} else {
			expect(printed(file)).toBe(expected);
		}
	});

	it.each(FILES)("%s is one run of the program that its name says", (file) => {
		const { sections } = parseIptables(read(file));
		const variant = file.endsWith(".nft.txt") ? "nft" : "legacy";
		expect(sections.map((section) => [section.family, section.variant, section.dialect])).toEqual([
			[file.startsWith("ip6.") ? "ipv6" : "ipv4", WITHOUT_VARIANT.includes(file) ? undefined : variant, "save"],
		]);
		const names = sections.flatMap(({ tables }) => tables.map(({ name }) => name));
		expect(names).toEqual([...read(file).matchAll(/^\*(.*)$/gm)].map(([, name]) => name));
	});

	it.each(FILES)("%s has no problems but a hidden table", (file) => {
		const problems = parseIptables(read(file)).problems.map(({ message }) => message);
		const hidden = [...read(file).matchAll(/^# Table `(\w+)' is incompatible/gm)].map(([, table]) => table);
		expect(hidden.length > 0).toBe(INCOMPLETE.includes(file));
		expect(problems).toEqual(hidden.map((table) => expect.stringContaining(`table ${table} `)));
	});

	it.each(FILES)("%s has the same rules with CRLF, with other counters, and in a second run behind it", (file) => {
		const { sections } = parseIptables(read(file));
		const tables = sections.map((section) => section.tables);
		const again = (text: string) => parseIptables(text).sections.map((section) => section.tables);
		expect(again(read(file).replaceAll("\n", "\r\n"))).toEqual(tables);
		expect(again(read(file).replaceAll(/^(?:\[\d+:\d+\] )?-A /gm, "[7:8] -A "))).toEqual(tables);
		expect(again(read(file) + read(file))).toEqual([...tables, ...tables]);
	});

	it("of both programs, one behind the other, are a section each, with the same rules in other tables' order", () => {
		const names = FILES.flatMap((file) => /^(.*)\.legacy\.txt$/.exec(file)?.[1] ?? []);
		const pairs = names.filter((name) => FILES.includes(`${name}.nft.txt`));
		expect(pairs.length).toBeGreaterThanOrEqual(12);
		for (const name of pairs) {
			const { sections, problems } = parseIptables(read(`${name}.legacy.txt`) + read(`${name}.nft.txt`));
			expect(problems).toEqual([]);
			expect(sections.map(({ variant }) => variant)).toEqual(["legacy", "nft"]);
			const [legacy = [], nft = []] = sections.map(({ tables }) => [...tables].sort((a, b) => order(a.name, b.name)));
			expect(legacy.map((table) => table.name)).toEqual(nft.map((table) => table.name));
			for (const [at, { rules }] of legacy.entries()) expect(nft[at]?.rules.length).toBe(rules.length);
		}
	});
});
