import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { Dialect } from "../../../src/lang/iptables/dialect.ts";
import { familyOfRule } from "../../../src/lang/iptables/header.ts";
import { parseIptables } from "../../../src/lang/iptables/parse.ts";
import { printRuleset } from "../../../src/lang/iptables/print.ts";
import type { Match, Target } from "../../../src/lang/iptables/ruleset.ts";

const ROOT = fileURLToPath(new URL("../../../fixtures/oracle/expected/", import.meta.url));

/** `NAME/1.36/iptables/save.v4.txt`, `NAME/1.36/ipvs/variants/restore.v4.txt.1` and the like. */
const FILE = /^([^/]+)\/.*(restore|save)\.v([46])[^/]*\.txt[.\d]*$/;

/** How many of them there are. */
const CAPTURED = { restore: 302, save: 298 };

const files = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
	.filter((file) => FILE.test(file))
	.sort();

const counts: Record<Dialect, number> = { restore: 0, save: 0 };

describe("captured texts, parsed and printed, are the same bytes", () => {
	for (const name of new Set(files.map((file) => FILE.exec(file)?.[1] ?? ""))) {
		it(name, () => {
			for (const file of files.filter((candidate) => candidate.startsWith(`${name}/`))) expectRoundTrip(file);
		});
	}

	it("all of them", () => {
		expect(counts).toEqual(CAPTURED);
	});

	afterAll(() => console.log(`parser: ${counts.restore + counts.save} captured texts printed as they were`));
});

function expectRoundTrip(file: string): void {
	const text = readFileSync(`${ROOT}${file}`, "utf8");
	const [, , dialect, version] = FILE.exec(file) ?? [];
	const family = version === "4" ? "ipv4" : "ipv6";
	const { sections, problems } = parseIptables(text);
	expect(problems, file).toEqual([]);
	expect(sections, file).toHaveLength(1);
	const [section] = sections;
	const tables = section?.tables ?? [];
	const rules = tables.flatMap((table) => table.rules);
	expect(rules.filter(({ matches, target }) => matches.some(isUnknown) || isUnknown(target))).toEqual([]);
	// Nothing tells the family of a text without any address or error.
	const hasFamily = rules.some((rule) => familyOfRule(rule) !== undefined);
	if (!hasFamily) expect(text, file).not.toMatch(/ -[sd] |--to-destination|--reject-with icmp|\d\.\d+\.\d|::/);
	expect([section?.dialect, section?.family], file).toEqual([dialect, hasFamily ? family : undefined]);
	const own = dialect === "restore" ? "restore" : "save";
	expect(printRuleset({ family, tables }, own), file).toBe(text);
	counts[own]++;
}

function isUnknown(part: Match | Target | undefined): boolean {
	return part?.kind === "unknown";
}
