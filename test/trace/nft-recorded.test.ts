import { describe, expect, it } from "vitest";
import { chain, FORWARD, ownChain, POSTROUTING, PREROUTING, table, throughTables } from "../support/nft-traced.ts";
import { type Recorded, traceDifference } from "../support/trace-compare.ts";
import type { LabResult, LabStep } from "../support/trace-lab.ts";
import { tablesIn } from "../support/trace-nft-cluster.ts";
import { nftRecordReader } from "../support/trace-nft-live.ts";

const LISTING = table("ip t", [
	ownChain("mark-for-masquerade", ["meta mark set 0x00004000"]),
	chain("pre", PREROUTING, ["jump mark-for-masquerade"]),
	chain("post", POSTROUTING, ["meta nfproto ipv4 ip daddr 10.7.7.0/24 masquerade", "masquerade fully-random"]),
]);
const nothingElse = { iptables: undefined, virtualServers: undefined, sets: undefined, dummyIPs: undefined };
const read = nftRecordReader({ family: "ipv4", ...nothingElse, nft: tablesIn(LISTING), extent: "node" });

function recorded(...steps: readonly LabStep[]): ReturnType<typeof read> {
	const last: LabResult["last"] = { source: "198.18.0.77", destination: "10.1.1.1", port: 80 };
	return read({ steps, last });
}

describe("what the kernel told of a packet through rules of nftables", () => {
	it.each<readonly [rule: string, step: LabStep, isMasqueraded: boolean]>([
		["a jump to a chain with such a name", ["ip t", "pre", "rule", 1], false],
		["behind tests", ["ip t", "post", "rule", 1], true],
		["with options", ["ip t", "post", "rule", 2], true],
		["the end of the chain", ["ip t", "post", "policy", 3], false],
	])("shows whether it was masqueraded: %s", (_, step, isMasqueraded) => {
		expect(recorded(step).masqueraded).toBe(isMasqueraded);
	});

	it("has the mark of the end of a base chain, whichever way it is told, and of no other step", () => {
		const { steps } = recorded(
			["ip t", "pre", "rule", 1, 7],
			["ip t", "mark-for-masquerade", "rule", 1],
			["ip t", "pre", "policy", 2],
			["ip t", "post", "return", 3, 9],
			["ip t", "post", "policy", 3],
		);
		expect(steps).toEqual([
			"PREROUTING ip t pre 1 7",
			"PREROUTING ip t mark-for-masquerade 1 -",
			"PREROUTING ip t pre policy -",
			"POSTROUTING ip t post policy 9",
		]);
	});

	it("is compared with trace by the marks that it has: each as its step leaves it", () => {
		const rules = ["meta mark set 0x00000005", "meta mark set 0x00000006", "accept"];
		const outcomes = throughTables(table("inet t", [chain("f", FORWARD, rules)]));
		const ofMarks = (...marks: readonly (number | "-")[]): Recorded => ({
			steps: marks.map((mark, index) => `FORWARD inet t f ${index + 1} ${mark}`),
			verdict: "forwarded",
			destination: { ip: "10.1.1.1", port: 80 },
			source: "198.18.0.77",
			masqueraded: false,
			reject: undefined,
		});
		expect(traceDifference(ofMarks(5, "-", "-"), outcomes, "left")).toBeUndefined();
		expect(traceDifference(ofMarks(5, 6, 6), outcomes, "left")).toBeUndefined();
		for (const marks of [ofMarks(0, "-", "-"), ofMarks(5, 5, "-"), ofMarks("-", "-", 5)]) {
			expect(traceDifference(marks, outcomes, "left")).toBeDefined();
		}
	});
});
