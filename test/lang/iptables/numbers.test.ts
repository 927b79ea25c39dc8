import { describe, expect, it } from "vitest";
import { longHex, restoreProbability, saveProbability, shortHex } from "../../../src/lang/iptables/numbers.ts";

describe("probabilities", () => {
	it.each([
		[1, "1.0000000000"],
		[2, "0.5000000000"],
		[3, "0.3333333333"],
		[6, "0.1666666667"],
		[1001, "0.0009990010"],
		[2048, "0.0004882812"],
		[10240, "0.0000976563"],
		[100001, "0.0000099999"],
	])("of 1/%i are sent as %s", (k, expected) => {
		expect(restoreProbability(1 / k)).toBe(expected);
	});

	it.each([
		[2, "0.50000000000"],
		[3, "0.33333333349"],
		[44, "0.02272727247"],
		[4096, "0.00024414062"],
	])("of 1/%i are saved as %s", (k, expected) => {
		expect(saveProbability(1 / k)).toBe(expected);
	});

	it("go to the even digit in just one place up to 60000", () => {
		const ties = Array.from({ length: 60000 }, (_, index) => index + 1).filter(
			(k) => restoreProbability(1 / k) !== (1 / k).toFixed(10),
		);
		expect(ties).toEqual([2048]);
	});
});

describe("marks", () => {
	it("are long when sent and short when saved", () => {
		expect([2 ** 14, 2 ** 31, 1].map(longHex)).toEqual(["0x00004000", "0x80000000", "0x00000001"]);
		expect([2 ** 14, 2 ** 31, 0].map(shortHex)).toEqual(["0x4000", "0x80000000", "0x0"]);
	});
});
