import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { FINDINGS, SEVERITIES } from "../../../src/explain/finding.ts";
import { TRIALS } from "./trials/all.ts";

const PAGE = readFileSync(fileURLToPath(new URL("../../../docs/findings.md", import.meta.url)), "utf8");
const ROWS = [...PAGE.matchAll(/^\| `([A-Z_]+)` \| ([a-z, ]+) \| (.+?) \| (.+) \|$/gm)];

/** Codes with the severities that trials expect. */
const TRIED = Object.values(TRIALS)
	.flat()
	.flatMap(({ code, found }) => found.map(([severity]) => ({ code, severity })));

describe("the list of findings", () => {
	it("is sorted, and docs/findings.md has the same codes with the same meanings", () => {
		const codes = Object.keys(FINDINGS);
		expect(codes).toEqual([...codes].sort());
		expect(ROWS.map(([, code, , meaning]) => [code, meaning])).toEqual(Object.entries(FINDINGS));
	});

	it("tells every severity with which a code is tried, and no word that is none", () => {
		const stated = new Map(ROWS.map(([, code = "", severities = ""]) => [code, severities.split(", ")]));
		expect(TRIED.filter(({ code, severity }) => !stated.get(code)?.includes(severity))).toEqual([]);
		expect([...stated.values()].flat().filter((one) => !SEVERITIES.some((known) => known === one))).toEqual([]);
	});

	it("has no code without a trial", () => {
		const tried = new Set<string>(TRIED.map(({ code }) => code));
		// Conflicts are tried beside each other, in addresses.test.ts.
		expect(Object.keys(FINDINGS).filter((code) => !tried.has(code))).toEqual(["ADDRESS_CONFLICT"]);
	});
});
