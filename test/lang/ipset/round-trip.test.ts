import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSets } from "../../../src/lang/ipset/parse.ts";
import { printSets } from "../../../src/lang/ipset/print.ts";
import { arbitrarySet } from "../../support/arbitrary-ipvs.ts";

const RUNS = { seed: 1, numRuns: 1000 };
const sets = fc.uniqueArray(arbitrarySet, { selector: ({ name }) => name, maxLength: 5 });

describe("sets as text", () => {
	it("printed and parsed are the same sets", () => {
		fc.assert(
			fc.property(sets, (one) => {
				expect(parseSets(printSets(one))).toEqual({ sets: one, unknown: [] });
			}),
			RUNS,
		);
	});

	it("parsed and printed are the same text", () => {
		fc.assert(
			fc.property(sets, (one) => {
				const text = printSets(one);
				expect(printSets(parseSets(text).sets)).toBe(text);
			}),
			RUNS,
		);
	});

	it("are read with what tools add: sizes, initval, -exist, COMMIT, comments", () => {
		const text = [
			"# by hand",
			"create A hash:ip,port family inet hashsize 2048 maxelem 65536 bucketsize 12 initval 0x1234 -exist",
			"add A 10.0.0.1,tcp:80 -exist",
			"create B hash:ip,port,net family inet6",
			"add B fd00::1,udp:53,fd00:2::/64",
			"COMMIT",
		].join("\n");
		expect(parseSets(text)).toEqual({
			sets: [
				{ name: "A", type: "hash:ip,port", family: "ipv4", entries: [{ ip: "10.0.0.1", protocol: "tcp", port: 80 }] },
				{
					name: "B",
					type: "hash:ip,port,net",
					family: "ipv6",
					entries: [{ ip: "fd00::1", protocol: "udp", port: 53, network: "fd00:2::", prefixLength: 64 }],
				},
			],
			unknown: [],
		});
	});

	it.each([
		"create A hash:mac",
		"create A hash:ip family inet timeout 60",
		"create A hash:ip family inet7",
		"create A bitmap:port range 0-1023",
		"add MISSING 10.0.0.1",
		"create A hash:ip family inet\nadd A fd00::1",
		"create A hash:ip family inet\nadd A 10.0.0.1 timeout 5",
		"create A bitmap:port range 0-65535\nadd A 70000",
		"create A hash:ip family constructor",
		"create A2345678901234567890123456789012 hash:ip",
		"create A hash:ip,port,net family inet\nadd A 10.0.0.1,tcp:80,0.0.0.0/0",
		"destroy A",
		"x",
	])("%j is not understood, and said so", (text) => {
		const lines = text.split("\n");
		expect(parseSets(text).unknown).toEqual([{ line: lines.length, text: lines.at(-1) }]);
	});
});
