import { describe, expect, it } from "vitest";
import type { IP } from "../../src/net/ip.ts";
import type { Packet } from "../../src/trace/packet.ts";
import { chain, FORWARD, ownChain, POSTROUTING, PREROUTING, table, throughTables } from "../support/nft-traced.ts";

const UDP = { protocol: "udp" } as const;

describe("a map of nftables", () => {
	const MAP = `map m {
		type ipv4_addr . inet_proto . inet_service : verdict
		elements = { 10.1.1.1 . tcp . 80 comment "x" : goto own, 10.1.1.2 . tcp . 80 : drop }
	}`;
	const LOOK_UP = "ip daddr . meta l4proto . th dport vmap @m";
	const looked = (packet: Partial<Packet>) =>
		throughTables(table("ip t", [MAP, ownChain("own", ["reject"]), chain("f", FORWARD, [LOOK_UP])]), packet);

	it("leads where the element says, and lets pass what is not in it", () => {
		expect(looked({})).toMatchObject([
			{
				verdict: "rejected",
				steps: [{ action: "goto own", nft: { element: { comment: "x" } } }, { action: "reject" }],
			},
		]);
		expect(looked({ to: "10.1.1.2" as IP })).toMatchObject([{ verdict: "dropped" }]);
		expect(looked({ port: 81 })).toMatchObject([{ verdict: "forwarded" }]);
		expect(looked(UDP)).toMatchObject([{ verdict: "forwarded" }]);
	});

	it("of intervals finds networks, ranges and everything else", () => {
		const map = `map m {
		type ipv4_addr . inet_service : verdict
		flags interval
		elements = { 10.1.0.0/16 . 1-79 : accept, 10.0.0.0/8 . 80-90 : drop }
	}`;
		const through = (port: number) =>
			throughTables(table("ip t", [map, chain("f", FORWARD, ["ip daddr . tcp dport vmap @m", "reject"])]), { port });
		expect(through(79)).toMatchObject([{ verdict: "forwarded" }]);
		expect(through(85)).toMatchObject([{ verdict: "dropped" }]);
		expect(through(91)).toMatchObject([{ verdict: "rejected" }]);
	});

	it("without a name does the same", () => {
		const rules = ["ct state vmap { established : accept, new : jump own }", "drop"];
		expect(throughTables(table("ip t", [ownChain("own", ["accept"]), chain("f", FORWARD, rules)]))).toMatchObject([
			{ verdict: "forwarded" },
		]);
	});

	it("that is asked for something unknown gives no answer", () => {
		const rules = ['iifname vmap { "eth0" : accept, "eth1" : drop }'];
		const listing = table("ip t", [chain("f", FORWARD, rules)]);
		expect(throughTables(listing)[0]?.doubt).toMatch(/^what this rule finds in its map is not known: iifname vmap/);
		expect(throughTables(listing, { inInterface: "eth1" })).toMatchObject([{ verdict: "dropped" }]);
	});

	it("of random numbers makes ways with exact shares", () => {
		const rules = ["numgen random mod 3 vmap { 0 : drop, 1 : accept }", "reject"];
		const outcomes = throughTables(table("ip t", [chain("f", FORWARD, rules)]));
		expect(outcomes.map(({ verdict, probability }) => [verdict, probability.toFixed(6)])).toEqual([
			["dropped", "0.333333"],
			["forwarded", "0.333333"],
			["rejected", "0.333333"],
		]);
	});

	it("of destinations translates", () => {
		const rule = "meta l4proto tcp dnat ip to numgen random mod 4 map { 0-2 : 10.2.2.2 . 8080, 3 : 10.3.3.3 . 8081 }";
		const outcomes = throughTables(table("ip t", [chain("p", PREROUTING, [rule])]));
		expect(outcomes.map(({ destination, probability }) => [destination, probability])).toEqual([
			[{ ip: "10.2.2.2", port: 8080 }, 0.75],
			[{ ip: "10.3.3.3", port: 8081 }, 0.25],
		]);
	});
});

describe("translation by nftables", () => {
	it.each([
		["dnat to 10.2.2.2:8080", PREROUTING, { destination: { ip: "10.2.2.2", port: 8080 }, verdict: "forwarded" }],
		["dnat to 10.2.2.2", PREROUTING, { destination: { ip: "10.2.2.2", port: 80 }, verdict: "forwarded" }],
		[
			"tcp dport 80 redirect to :8080",
			PREROUTING,
			{ destination: { ip: "192.0.2.11", port: 8080 }, verdict: "delivered" },
		],
		["masquerade fully-random", POSTROUTING, { source: "192.0.2.11", isMasqueraded: true }],
		["snat to 203.0.113.7", POSTROUTING, { source: "203.0.113.7", isMasqueraded: false }],
	])("%s", (rule, hook, expected) => {
		expect(throughTables(table("ip t", [chain("c", hook, [rule])]))).toMatchObject([expected]);
	});

	it.each([
		["drop", "unknown"],
		["meta mark set 0x00000001", "delivered"],
	])("may change nothing of what the node sends itself, so that nobody knows: ct status snat %s", (act, verdict) => {
		const own = "2001:db8::11" as IP;
		const chains = [
			chain("p", POSTROUTING, ["masquerade"]),
			chain("i", "type filter hook input priority 0", [`ct status snat ${act}`]),
		];
		const outcomes = throughTables(table("ip6 t", chains), { from: own, to: own, isFromNode: true });
		expect(outcomes).toMatchObject([{ verdict, isMasqueraded: true, isWayCertain: verdict === "unknown" }]);
	});

	it("needs an address of the node to masquerade", () => {
		const listing = table("ip t", [chain("c", POSTROUTING, ["masquerade"])]);
		expect(throughTables(listing, {}, { ips: [] })[0]?.doubt).toContain("give --node-ip");
	});
});
