import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contains, hostCIDR, parseCIDR } from "../../src/net/cidr.ts";
import { familyOf, type IP, parseIP } from "../../src/net/ip.ts";
import { bytesOfIP, ipOfBytes } from "../../src/net/ip-bytes.ts";
import { newAddressMap } from "../../src/save/map-address.ts";
import { mapAddressText, mapNetworkText } from "../../src/save/respell.ts";
import { SPECIAL_NETWORKS } from "../../src/save/special-networks.ts";
import { IS_LONG } from "../support/is-long.ts";

const RUNS = { seed: 20261121, numRuns: IS_LONG ? 200_000 : 5000 };

const byte = fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0, 1, 10, 127, 192, 168, 254, 255));
/** An address in, or close to, a special network now and then. */
const special = fc.constantFrom(...SPECIAL_NETWORKS).map((text) => bytesOfIP((text.split("/")[0] ?? "") as IP));
const bytes = fc.oneof(
	fc.array(byte, { minLength: 4, maxLength: 4 }),
	fc.array(byte, { minLength: 16, maxLength: 16 }),
	fc.tuple(special, fc.array(fc.tuple(fc.nat({ max: 127 }), fc.boolean()), { maxLength: 6 })).map(([start, flips]) => {
		const changed = [...start];
		for (const [bit] of flips) {
			const at = (bit >> 3) % changed.length;
			changed[at] = (changed[at] ?? 0) ^ (1 << (bit & 7));
		}
		return changed;
	}),
);
const address = bytes.filter((one) => one.length === 4 || !isMapped(one)).map(ipOfBytes);

function isMapped(one: readonly number[]): boolean {
	return one.slice(0, 10).every((value) => value === 0) && one[10] === 255 && one[11] === 255;
}

/** How many leading bits two addresses of a family share. */
function shared(one: IP, other: IP): number {
	const [a, b] = [bytesOfIP(one), bytesOfIP(other)];
	const bits = (values: readonly number[]): string =>
		values.map((value) => value.toString(2).padStart(8, "0")).join("");
	const at = [...bits(a)].findIndex((bit, index) => bit !== bits(b)[index]);
	return at === -1 ? a.length * 8 : at;
}

const NETWORKS = SPECIAL_NETWORKS.flatMap((text) => {
	const address = parseIP(text.split("/")[0] ?? "");
	// `parseCIDR` has no IPv4-mapped network that is IPv6: nothing that is parsed lies in it.
	return address === undefined || text.startsWith("::ffff") ? [] : (parseCIDR(text) ?? hostCIDR(address));
});

describe("mapping addresses", () => {
	it("keeps the family, and how many leading bits two addresses share", () => {
		const map = newAddressMap("law");
		fc.assert(
			fc.property(address, address, (one, other) => {
				expect(familyOf(map(one))).toBe(familyOf(one));
				if (familyOf(one) === familyOf(other)) expect(shared(map(one), map(other))).toBe(shared(one, other));
			}),
			RUNS,
		);
	});

	it("keeps every special network to itself, and nothing else comes to lie there", () => {
		const map = newAddressMap("special");
		expect(NETWORKS.length).toBe(SPECIAL_NETWORKS.length - 1);
		fc.assert(
			fc.property(address, (one) => {
				const inside = (ip: IP) => NETWORKS.map((network) => contains(network, ip));
				expect(inside(map(one))).toEqual(inside(one));
			}),
			RUNS,
		);
	});

	it("depends on the key, and on nothing else", () => {
		const ip = parseIP("10.244.1.5") as IP;
		const mapped = Array.from({ length: 50 }, (_, index) => newAddressMap(`key ${index}`)(ip));
		expect(new Set(mapped).size).toBeGreaterThan(48);
		expect(newAddressMap("key 7")(ip)).toBe(mapped[7]);
	});

	it("hides about half of the bits that may change", () => {
		const ip = parseIP("2001:db8:85a3:8d3:1319:8a2e:370:7348") as IP;
		const flips = Array.from({ length: 200 }, (_, index) => bytesOfIP(newAddressMap(`${index}`)(ip))).map((mapped) =>
			mapped.reduce((sum, value, at) => sum + popCount(value ^ (bytesOfIP(ip)[at] ?? 0)), 0),
		);
		const average = flips.reduce((sum, count) => sum + count, 0) / flips.length;
		// All but the three bits of 2000::/3, and half of the rest.
		expect(average).toBeGreaterThan(58);
		expect(average).toBeLessThan(67);
	});

	it.each([
		["0.0.0.0", "0.0.0.0"],
		["127.0.0.1", "127.0.0.1"],
		["::", "::"],
		["::1", "::1"],
		["255.255.255.255", "255.255.255.255"],
	])("leaves %s as it is", (text, wanted) => {
		expect(mapAddressText(newAddressMap("fixed"), text)).toBe(wanted);
	});

	it.each([
		["010.1.2.3", /^0\d+\.\d+\.\d+\.\d+$/, "10.1.2.3"],
		["::ffff:10.1.2.3", /^::ffff:\d+\.\d+\.\d+\.\d+$/, "10.1.2.3"],
		["FD00::1", /^(?:[0-9A-F]{4}:){7}[0-9A-F]{4}$/, "fd00::1"],
	])("spells %s in an odd way again", (text, form, plain) => {
		const map = newAddressMap("odd");
		const mapped = mapAddressText(map, text) ?? "";
		expect(mapped).toMatch(form);
		expect(parseIP(mapped)).toBe(mapAddressText(map, plain));
	});

	it("takes a network to a network of the same length that holds the same addresses", () => {
		const map = newAddressMap("networks");
		fc.assert(
			fc.property(address, address, fc.nat({ max: 128 }), (one, other, any) => {
				const length = any % (familyOf(one) === "ipv4" ? 33 : 129);
				const network = parseCIDR(`${one}/${length}`);
				const mapped = parseCIDR(mapNetworkText(map, `${one}/${length}`) ?? "");
				if (network === undefined || mapped === undefined) throw new Error(`${one}/${length} is no network any more`);
				expect(mapped.prefixLength).toBe(length);
				expect(contains(mapped, map(other))).toBe(contains(network, other));
			}),
			RUNS,
		);
	});

	it.each(["0.0.0.0/0", "::/0"])("leaves %s as it is, and only that", (text) => {
		const map = newAddressMap("all");
		expect(mapNetworkText(map, text)).toBe(text);
		const other = mapNetworkText(map, text.startsWith(":") ? "2001:db8::/0" : "192.0.2.7/0");
		expect(other).not.toBe(text);
		expect(parseCIDR(other ?? "")).toEqual(parseCIDR(text));
	});

	it("has no answer for what is no address or network", () => {
		const map = newAddressMap("none");
		expect(["", "web", "10.0.0.256", "10.0.0.1/8"].map((text) => mapAddressText(map, text))).toEqual(
			Array(4).fill(undefined),
		);
		expect(["", "web", "10.0.0.0", "10.0.0.0/33"].map((text) => mapNetworkText(map, text))).toEqual(
			Array(4).fill(undefined),
		);
	});
});

function popCount(value: number): number {
	return value.toString(2).replaceAll("0", "").length;
}
