import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fastestSHA256, portableSHA256 } from "../../src/hash/sha256.ts";

describe("SHA-256", () => {
	it("comes from Node here", () => {
		expect(fastestSHA256).not.toBe(portableSHA256);
	});

	it("is the same in an engine that has none of its own", () => {
		fc.assert(
			fc.property(fc.string({ unit: "binary" }), (text) => {
				expect(fastestSHA256(text)).toBe(portableSHA256(text));
			}),
			{ seed: 1, numRuns: 500 },
		);
	});
});
