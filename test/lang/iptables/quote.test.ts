import { describe, expect, it } from "vitest";
import { quoteForRestore, quoteForSave } from "../../../src/lang/iptables/quote.ts";

describe("quoting", () => {
	it("leaves plain words alone in restore text, and quotes the rest", () => {
		expect(quoteForRestore("shop/web:http")).toBe("shop/web:http");
		expect(quoteForRestore("shop/web:http cluster IP")).toBe('"shop/web:http cluster IP"');
	});

	it("quotes all but letters, digits, _ and - as iptables-save does", () => {
		expect(["web", "a_b-c", "shop/web"].map(quoteForSave)).toEqual(["web", "a_b-c", '"shop/web"']);
	});

	it("escapes what would end the quotes", () => {
		expect(quoteForRestore('x" -j ACCEPT \\')).toBe('"x\\" -j ACCEPT \\\\"');
	});

	it.each(["a\nb", "a\0b", "a\x1b[31mb", "a\x7f"])("refuses %j, which no quotes can carry", (text) => {
		expect(() => quoteForRestore(text)).toThrow("internal error");
		expect(() => quoteForSave(text)).toThrow("internal error");
	});
});
