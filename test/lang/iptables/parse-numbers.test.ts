import { describe, expect, it } from "vitest";
import {
	keptProbability,
	parseMark,
	parseMarkAndMask,
	restoreProbability,
	saveProbability,
} from "../../../src/lang/iptables/numbers.ts";

describe("probabilities that were read", () => {
	it.each([
		["0.33333333349", 1 / 3],
		["0.3333333333", 1 / 3],
		["0.50000000000", 1 / 2],
		["0.5", 1 / 2],
		["0.02272727247", 1 / 44],
		["1.0000000000", 1],
		["0.00000000000", 0],
		["0", 0],
		// No share: what the kernel keeps, a multiple of 2⁻³¹.
		["0.40000000000", 858993459 / 2 ** 31],
		["0.75", 3 / 4],
	])("%s", (text, expected) => {
		expect(keptProbability(text)).toBe(expected);
	});

	it.each(["", ".", "1.", "-0.5", "1.1", "2", "1e-3", "0x1", "NaN", "0.5.5", " 0.5"])("%j is none", (text) => {
		expect(keptProbability(text)).toBeUndefined();
	});

	it("are the share of one of 2 to 5000 endpoints again, whichever tool wrote them", () => {
		const sizes = Array.from({ length: 4999 }, (_, index) => index + 2);
		const wrong = sizes.filter((n) => {
			const texts = [restoreProbability(1 / n), saveProbability(1 / n)];
			return texts.some((text) => keptProbability(text) !== 1 / n);
		});
		expect(wrong).toEqual([]);
	});

	it("print as they were written", () => {
		const sizes = Array.from({ length: 5000 }, (_, index) => index + 1);
		const texts = sizes.map((n) => saveProbability(1 / n));
		expect(texts.map((text) => saveProbability(keptProbability(text) ?? Number.NaN))).toEqual(texts);
	});
});

describe("marks that were read", () => {
	it.each([
		["0x4000", 0x4000],
		["0X4000", 0x4000],
		["0x00004000", 0x4000],
		["0xFfFfFfFf", 0xffff_ffff],
		["16384", 0x4000],
		["0", 0],
		["0x0", 0],
		["4294967295", 0xffff_ffff],
	])("%s", (text, expected) => {
		expect(parseMark(text)).toBe(expected);
	});

	it.each(["", "0x", "010", "-1", "4294967296", "0x100000000", "1.5", "0b1", "x"])("%j is none", (text) => {
		expect(parseMark(text)).toBeUndefined();
	});

	it("have a mask of all bits when none is written", () => {
		expect(parseMarkAndMask("1")).toEqual({ value: 1, mask: 0xffff_ffff });
		expect(parseMarkAndMask("1/2")).toEqual({ value: 1, mask: 2 });
		expect([parseMarkAndMask("1/"), parseMarkAndMask("/1"), parseMarkAndMask("1/2/3")]).toEqual([
			undefined,
			undefined,
			undefined,
		]);
	});
});
