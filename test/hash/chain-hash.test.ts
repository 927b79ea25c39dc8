import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chainHash } from "../../src/hash/chain-hash.ts";

describe("chainHash", () => {
	it.each([
		["ns1/svc1:p80tcp", "XPGD46QRK7WJZT7O"],
		["ns1/svc1:p80tcp10.180.0.1:80", "SXIVWICOYRO3J4NJ"],
		["ns1/svc1:p80udp", "OJWW7NSBVZTDHXNW"],
		["ns1/svc1:p80sctp", "GFCIFIA5VTFSTMSM"],
		["default/kubernetes:httpstcp", "NPX46M4PTMTKRN6Y"],
		["v6ns/web:httptcp[fd00:10:244:1::7]:8080", "R3GBZD2ZDHRMGQHJ"],
	])("of %s is %s, as kube-proxy names the chain", (text, expected) => {
		expect(chainHash(text)).toBe(expected);
	});

	it("is the base32 of Node's SHA-256, bit by bit", () => {
		fc.assert(
			fc.property(fc.string({ unit: "grapheme" }), (text) => {
				const bits = [...createHash("sha256").update(text).digest()].map((byte) => byte.toString(2).padStart(8, "0"));
				const groups = bits.join("").slice(0, 80).match(/.{5}/g) ?? [];
				const letters = groups.map((group) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[Number.parseInt(group, 2)]);
				expect(chainHash(text)).toBe(letters.join(""));
			}),
			{ seed: 1, numRuns: 500 },
		);
	});
});
