import { isIP, isIPv6 } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { familyOf, hostPort, isLoopback, parseIP } from "../../src/net/ip.ts";

describe("parseIP", () => {
	it.each([
		["10.0.0.1", "10.0.0.1"],
		["010.000.000.001", "10.0.0.1"],
		["0000000000.0.0.0", "0.0.0.0"],
		["255.255.255.255", "255.255.255.255"],
		["FD00:10:244:0001:0:0:0:152", "fd00:10:244:1::152"],
		["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
		["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
		["::", "::"],
		["::1", "::1"],
		["64:ff9b::192.0.2.1", "64:ff9b::c000:201"],
		["::ffff:10.244.1.151", "10.244.1.151"],
		["::ffff:0af4:0197", "10.244.1.151"],
	])("takes %s as %s", (text, expected) => {
		expect(parseIP(text)).toBe(expected);
	});

	it.each([
		"",
		" 10.0.0.1",
		"10.0.0.1\n",
		"10.0.0",
		"10.0.0.256",
		"10.0.0.0.1",
		"0x10.0.0.1",
		"10.0.0.1/24",
		"1:2:3:4:5:6:7::8",
		"1::2::3",
		"12345::",
		"fe80::1%eth0",
		"::1.2.3",
		"::1.2.3.256",
		"[::1]",
		":1::",
		"١.1.1.1",
	])("refuses %j", (text) => {
		expect(parseIP(text)).toBeUndefined();
	});

	it("agrees with Node about IPv6, and gives what Node reads as the same address", () => {
		fc.assert(
			fc.property(fc.ipV6(), (text) => {
				const ip = parseIP(text);
				expect(ip !== undefined).toBe(isIPv6(text));
				if (ip === undefined || familyOf(ip) === "ipv4") return;
				expect(new URL(`http://[${ip}]`).host).toBe(new URL(`http://[${text}]`).host);
				expect(`[${ip}]`).toBe(new URL(`http://[${text}]`).host);
			}),
			{ seed: 1, numRuns: 2000 },
		);
	});

	it("takes every dotted quad as it is", () => {
		fc.assert(
			fc.property(fc.ipV4(), (text) => {
				expect(isIP(text)).toBe(4);
				expect(parseIP(text)).toBe(text);
			}),
			{ seed: 1, numRuns: 2000 },
		);
	});
});

describe("addresses", () => {
	it("put IPv6 in brackets before a port", () => {
		expect([hostPort("10.0.0.1", 80), hostPort("fd00::1", 80)]).toEqual(["10.0.0.1:80", "[fd00::1]:80"]);
	});

	it("are loopback in 127.0.0.0/8 and ::1", () => {
		const ips = ["127.0.0.1", "127.9.9.9", "::1", "128.0.0.1", "::2"].flatMap((text) => parseIP(text) ?? []);
		expect(ips.map(isLoopback)).toEqual([true, true, true, false, false]);
	});
});
