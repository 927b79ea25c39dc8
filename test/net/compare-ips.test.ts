import { describe, expect, it } from "vitest";
import { compareIPs } from "../../src/net/compare-ips.ts";
import { type IP, parseIP } from "../../src/net/ip.ts";

function ip(text: string): IP {
	const found = parseIP(text);
	if (found === undefined) throw new Error(text);
	return found;
}

describe("the order of addresses", () => {
	it("is that of numbers, IPv4 first", () => {
		const sorted = ["9.255.0.1", "10.0.0.2", "10.0.0.10", "10.0.0.100", "::1", "fd00::9", "fd00::10", "fd00:0:0:1::"];
		const shuffled = [5, 2, 7, 0, 6, 3, 1, 4].map((at) => ip(sorted[at] ?? ""));
		expect(shuffled.toSorted(compareIPs)).toEqual(sorted);
	});

	it("has equal ones side by side", () => {
		expect(compareIPs(ip("10.0.0.2"), ip("010.0.0.2"))).toBe(0);
	});
});
