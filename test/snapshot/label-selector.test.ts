import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesLabels, parseLabelSelector } from "../../src/snapshot/label-selector.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import { readObjects } from "../support/api-server/objects.ts";
import { IS_LONG } from "../support/is-long.ts";

const FOLDER = new URL("../../fixtures/selectors/", import.meta.url);
const RUNS = { seed: 20261121, numRuns: IS_LONG ? 50_000 : 2000 };

/** A selector, and the names of the Services that kubectl selects by it; null: it says that the selector is not valid. */
type Captured = readonly [selector: string, names: readonly string[] | null];

const captured: readonly Captured[] = JSON.parse(readFileSync(new URL("kubectl-1.32.4.json", FOLDER), "utf8"));
const { services } = readSnapshot(readObjects(fileURLToPath(FOLDER)).map((value) => ({ value }))).snapshot;

/** Whether labels fit; a text that is no selector is told apart. */
function fits(text: string, labels: Readonly<Record<string, unknown>>): boolean | string {
	const selector = parseLabelSelector(text);
	return "message" in selector ? selector.message : matchesLabels(selector, labels);
}

describe("a label selector", () => {
	it("selects what kubectl selects, and is refused when kubectl refuses it", () => {
		expect(captured.length).toBeGreaterThan(500);
		const found = captured.map(([text]): Captured => {
			const selector = parseLabelSelector(text);
			if ("message" in selector) return [text, null];
			return [text, services.filter(({ labels }) => matchesLabels(selector, labels)).map(({ name }) => name)];
		});
		expect(found).toEqual(captured);
	});

	it.for([
		["tier=web", true, false],
		["tier==web", true, false],
		["tier!=web", false, true],
		["tier!=api", true, true],
		["tier in (web, api)", true, false],
		["tier notin (web)", false, true],
		["tier notin (api)", true, true],
		["tier", true, false],
		["!tier", false, true],
		["tier>1", false, false],
		["", true, true],
	] as const)("%s: with the label tier=web %s, without labels %s", ([text, labelled, bare]) => {
		expect([fits(text, { tier: "web" }), fits(text, {})]).toEqual([labelled, bare]);
	});

	it.for([
		["tier=web,", "expected a label or ! at character 10, found the end"],
		["tier=web,=b", 'expected a label or ! at character 10, found "="'],
		["tier web", 'expected one of =, ==, !=, in, notin, >, <, a comma or the end at character 6, found "web"'],
		["tier=web api", 'expected a comma or the end at character 10, found "api"'],
		["tier in web", 'expected ( and values at character 9, found "web"'],
		["tier in (web", "expected a comma or ) at character 13, found the end"],
		["!", "expected a label at character 2, found the end"],
		["tier>x", 'expected a whole number up to 9223372036854775807 at character 6, found "x"'],
		["_tier", /^expected a label: 1-63 characters .* at character 1, found "_tier"$/],
		["tier=-web", /^expected a value: 1-63 characters .*, or nothing at character 6, found "-web"$/],
	] as const)("%s is refused: %s", ([text, message]) => {
		expect(fits(text, {})).toMatch(message);
		if (typeof message === "string") expect(fits(text, {})).toBe(message);
	});

	it("takes a value that is no text for one that is in no list", () => {
		const labels = { tier: 7 };
		const texts = ["tier=7", "tier in (7)", "tier>6", "tier!=7", "tier notin (7)", "tier"];
		expect(texts.map((text) => fits(text, labels))).toEqual([false, false, false, true, true, true]);
	});
});

const word = fc.constantFrom("tier", "web", "in", "notin", "__proto__", "7", "a/b", "-", "é", "\u0000", "constructor");
const sign = fc.constantFrom("=", "==", "!=", "!", "(", ")", ",", ">", "<", " ", "\t");
const arbitrarySelector = fc.oneof(
	fc.string({ unit: "binary" }),
	fc.array(fc.oneof(word, sign), { maxLength: 12 }).map((parts) => parts.join("")),
);
const arbitraryLabels = fc.oneof(
	fc.dictionary(word, fc.oneof(fc.constantFrom("web", "7", "", "9".repeat(70)), fc.jsonValue())),
	fc.constant<Record<string, unknown>>(JSON.parse('{"__proto__": "web", "tier": null}')),
);

describe("whatever is given", () => {
	it("is read or refused at a place within it, and never throws", () => {
		fc.assert(
			fc.property(arbitrarySelector, arbitraryLabels, (text, given) => {
				const found = fits(text, given);
				if (typeof found === "boolean") return;
				const column = Number(/ at character (\d+), found (?:the end$|")/.exec(found)?.[1]);
				expect(column).toBeGreaterThanOrEqual(1);
				expect(column).toBeLessThanOrEqual(text.length + 1);
			}),
			RUNS,
		);
	});

	it("!= and notin are the opposite of = and in, and commas stand for and", () => {
		const key = fc.constantFrom("tier", "constructor", "toString", "in");
		const value = fc.constantFrom("web", "7", "");
		fc.assert(
			fc.property(key, value, arbitraryLabels, (name, text, given) => {
				expect(fits(`${name}!=${text}`, given)).toBe(!fits(`${name}=${text}`, given));
				expect(fits(`${name} notin (${text},x)`, given)).toBe(!fits(`${name} in (${text},x)`, given));
				expect(fits(`!${name}`, given)).toBe(!fits(name, given));
				expect(fits(`${name},${name}=${text}`, given)).toBe(fits(`${name}=${text}`, given));
			}),
			RUNS,
		);
	});
});
