import { BlockList } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contains, hostCIDR, parseCIDR, printCIDR } from "../../src/net/cidr.ts";
import { parseIP } from "../../src/net/ip.ts";

function printed(text: string): string | undefined {
	const cidr = parseCIDR(text);
	return cidr && printCIDR(cidr);
}

describe("parseCIDR", () => {
	it.each([
		["10.244.1.5/16", "10.244.0.0/16"],
		["203.0.113.000/025", "203.0.113.0/25"],
		["0.0.0.0/0", "0.0.0.0/0"],
		["1.2.3.4/0", "0.0.0.0/0"],
		["FD00::ffff/64", "fd00::/64"],
		["::1/128", "::1/128"],
		["::ffff:10.1.2.3/104", "10.0.0.0/8"],
	])("takes %s as %s", (text, expected) => {
		expect(printed(text)).toBe(expected);
	});

	it.each([
		"10.0.0.0",
		"10.0.0.0/33",
		"10.0.0.0/-1",
		"10.0.0.0/",
		"/8",
		"::/129",
		"10.0.0.0/8/8",
		" 10.0.0.0/8",
		"10.0.0.0/8\n",
		"::ffff:10.1.2.3/64",
	])("refuses %j", (text) => {
		expect(parseCIDR(text)).toBeUndefined();
	});
});

describe("contains", () => {
	it("agrees with Node for both families", () => {
		const pair = fc.oneof(
			fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.ipV4(), fc.constant("ipv4" as const)),
			fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 }), fc.ipV6(), fc.constant("ipv6" as const)),
		);
		fc.assert(
			fc.property(pair, ([network, length, address, family]) => {
				const cidr = parseCIDR(`${network}/${length}`);
				const ip = parseIP(address);
				if (cidr === undefined || ip === undefined || cidr.family !== family) return;
				const list = new BlockList();
				list.addSubnet(network, length, family);
				expect(contains(cidr, ip)).toBe(list.check(address, family));
			}),
			{ seed: 1, numRuns: 3000 },
		);
	});

	it("is false across families, and true for the address of a host network", () => {
		const [v4, v6] = [parseIP("10.0.0.1"), parseIP("fd00::1")];
		if (v4 === undefined || v6 === undefined) throw new Error("unreachable");
		expect([contains(hostCIDR(v4), v4), contains(hostCIDR(v6), v6), contains(hostCIDR(v4), v6)]).toEqual([
			true,
			true,
			false,
		]);
	});
});
