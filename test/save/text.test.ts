import fc from "fast-check";
import yaml from "js-yaml";
import { describe, expect, it } from "vitest";
import { parseDocuments } from "../../src/cli/compile/parse-documents.ts";
import { printObjects } from "../../src/cli/output/print-objects.ts";
import { sortFields } from "../../src/save/order.ts";
import { NAMES } from "../hostile/hostile-values.ts";
import { IS_LONG } from "../support/is-long.ts";

/** Texts that YAML takes for something else when they are not quoted, in one version of it or another. */
const TRAPS = [
	...["on", "off", "yes", "no", "y", "N", "true", "null", "~", "", " ", "1e3", "0x1F", "0o17", "017", "1_000", ".inf"],
	...["2026-11-21", "12:30:45", "<<", "=", "- a", "a: b", "#", "# a", "a #b", "---", "...", "%YAML", "&a", "*a", "!a"],
	...["|", ">", "@", "`", "\n", "a\n", "\na", "a\n\n", " a\n b", "\t", "\r\n", "\u0085", "\u2028", "\ufeff", "\u0000"],
	...["\ud800", "é", "🙂", "'", '"', "\\", "a'b\"c", "[a]", "{a}", "? a", "-0", "1.0", "+1", "0b1", "1:1", "a: "],
];

const word = fc.oneof(fc.constantFrom(...TRAPS, ...NAMES), fc.string({ unit: "binary", maxLength: 200 }));
const value = fc.letrec((tie) => ({
	any: fc.oneof(
		{ depthSize: "small" },
		word,
		fc.double({ noDefaultInfinity: true, noNaN: true }).filter((number) => !Object.is(number, -0)),
		fc.integer(),
		fc.boolean(),
		fc.constant(null),
		fc.array(tie("any"), { maxLength: 4 }),
		tie("fields"),
	),
	fields: fc.array(fc.tuple(word, tie("any")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
}));
const fields = fc.dictionary(word, value.any, { maxKeys: 5 }).map((object) => ({ kind: "Test", ...object }));

describe("what is written is read back", () => {
	it.each(["yaml", "json"] as const)("whatever the texts are, as %s", (format) => {
		fc.assert(
			fc.property(fc.array(fields, { minLength: 1, maxLength: 3 }), (objects) => {
				const sorted = objects.map(sortFields);
				const read = parseDocuments(printObjects(sorted, format), "saved").map((document) => document.value);
				expect(format === "json" ? read : { items: read }).toEqual(
					format === "json" ? [{ apiVersion: "v1", kind: "List", items: sorted }] : { items: sorted },
				);
			}),
			{ seed: 20261121, numRuns: IS_LONG ? 20_000 : 1000 },
		);
	});

	it("as text by readers that take dates for dates, too", () => {
		for (const text of TRAPS) {
			const read = yaml.load(printObjects([{ text, [text]: 1 }], "yaml"), { schema: yaml.DEFAULT_SCHEMA });
			expect(read).toEqual({ text, [text]: 1 });
		}
	});

	it("with a key __proto__ like any other", () => {
		const object = sortFields(JSON.parse('{"__proto__":{"b":1,"a":2},"kind":"Test"}'));
		for (const format of ["yaml", "json"] as const) {
			const text = printObjects([object], format);
			expect(text).toContain("__proto__");
			expect(text.indexOf("a")).toBeLessThan(text.indexOf("b"));
		}
	});

	it("without numbers that JSON does not have: they become text, which is no number either", () => {
		const object = sortFields({ a: [Number.POSITIVE_INFINITY, Number.NaN], b: Number.NEGATIVE_INFINITY });
		expect(object).toEqual({ a: ["Infinity", "NaN"], b: "-Infinity" });
	});
});
