import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTable } from "../../../src/lang/ipvs/parse.ts";
import { printTable } from "../../../src/lang/ipvs/print.ts";
import { arbitraryServer } from "../../support/arbitrary-ipvs.ts";

const RUNS = { seed: 1, numRuns: 1000 };
const servers = fc.uniqueArray(arbitraryServer, {
	selector: ({ protocol, ip, port }) => `${protocol} ${ip} ${port}`,
	maxLength: 5,
});

describe("virtual servers as text", () => {
	it("printed and parsed are the same servers", () => {
		fc.assert(
			fc.property(servers, (virtualServers) => {
				expect(parseTable(printTable({ virtualServers }))).toEqual({ table: { virtualServers }, unknown: [] });
			}),
			RUNS,
		);
	});

	it("parsed and printed are the same text", () => {
		fc.assert(
			fc.property(servers, (virtualServers) => {
				const text = printTable({ virtualServers });
				expect(printTable(parseTable(text).table)).toBe(text);
			}),
			RUNS,
		);
	});

	it.each([
		"-A -f 5 -s rr",
		"-A -t 10.0.0.1:80 -s rr -o",
		"-A -t 10.0.0.1:0 -s rr",
		"-A -t 10.0.0.1 -s rr",
		"-a -t 10.0.0.1:80 -r 10.0.0.2:80 -m -w 1",
		"-A -t 10.0.0.1:80 -s rr\n-A -t 10.0.0.1:80 -s rr",
		"-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.0.0.2:80 -m -w x",
		"-A constructor 10.0.0.1:80 -s rr",
		"-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 constructor -r 1.2.3.4:80",
		"nonsense",
	])("%j is not understood, and said so", (text) => {
		const lines = text.split("\n");
		expect(parseTable(text).unknown).toEqual([{ line: lines.length, text: lines.at(-1) }]);
	});
});
