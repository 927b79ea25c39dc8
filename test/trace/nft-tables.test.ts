import { describe, expect, it } from "vitest";
import { parseIptables } from "../../src/lang/iptables/parse.ts";
import type { IP } from "../../src/net/ip.ts";
import type { Outcome } from "../../src/trace/outcome.ts";
import { newTracer } from "../../src/trace/trace.ts";
import {
	chain,
	FORWARD,
	ownChain,
	PACKET,
	POSTROUTING,
	PREROUTING,
	table,
	throughTables,
} from "../support/nft-traced.ts";
import { tablesIn } from "../support/trace-nft-cluster.ts";

const COUNT = ["counter"];

/** The chains that were asked, without their ends. */
function asked(outcomes: readonly Outcome[]): readonly string[] {
	expect(outcomes).toHaveLength(1);
	return outcomes.flatMap(({ steps }) =>
		steps.flatMap(({ table: name, chain: own, number }) => (number === undefined ? [] : `${name} ${own}`)),
	);
}

const hook = (name: string, priority: number, type = "filter"): string =>
	`type ${type} hook ${name} priority ${priority}`;

describe("tables of nftables", () => {
	it("are asked by hook and priority, the chain that was made last first where they are equal", () => {
		const listing = [
			table("ip a", [chain("x", hook("forward", 0), COUNT), chain("y", hook("prerouting", 5), COUNT)]),
			table("inet b", [chain("x", hook("forward", 0), COUNT), chain("y", hook("forward", -5), COUNT)]),
			table("ip c", [chain("x", hook("forward", 0), COUNT), chain("y", hook("postrouting", -500), COUNT)]),
		];
		expect(asked(throughTables(listing.join("")))).toEqual([
			"ip a y",
			"inet b y",
			"ip c x",
			"inet b x",
			"ip a x",
			"ip c y",
		]);
	});

	it("that translate are asked at one place, and none after the one that did", () => {
		const nat = (name: string, priority: number, rules: readonly string[]): string =>
			chain(name, hook("prerouting", priority, "nat"), rules);
		const others = [chain("before", hook("prerouting", -101), COUNT), chain("behind", hook("prerouting", -99), COUNT)];
		const chains = [nat("late", 500, COUNT), nat("early", -500, COUNT), nat("middle", 0, COUNT)];
		expect(asked(throughTables(table("ip t", [...others, ...chains])))).toEqual(
			["before", "early", "middle", "late", "behind"].map((name) => `ip t ${name}`),
		);
		const done = [nat("late", 500, COUNT), nat("early", -500, ["dnat to 10.2.2.2:80"]), nat("middle", 0, COUNT)];
		expect(asked(throughTables(table("ip t", [...others, ...done])))).toEqual(
			["before", "early", "behind"].map((name) => `ip t ${name}`),
		);
	});

	it("are not asked while they sleep", () => {
		const block = chain("f", FORWARD, ["drop"]);
		expect(throughTables(table("ip t", [block]))).toMatchObject([{ verdict: "dropped" }]);
		expect(throughTables(table("ip t", ["flags dormant", block]))).toMatchObject([{ verdict: "forwarded" }]);
	});

	it("see no conntrack before it has seen the packet", () => {
		const rules = ["ct state new drop", "ct state invalid accept"];
		expect(throughTables(table("ip t", [chain("r", hook("prerouting", -300), rules)]))).toMatchObject([
			{ verdict: "forwarded", steps: [{ number: 2 }] },
		]);
		expect(throughTables(table("ip t", [chain("r", hook("prerouting", -199), rules)]))).toMatchObject([
			{ verdict: "dropped" },
		]);
	});

	it("accept for themselves only, and drop for all", () => {
		const listing = [
			table("ip a", [chain("x", hook("forward", 0), ["accept"])]),
			table("ip b", [chain("x", hook("forward", 1), [], "drop")]),
		];
		expect(throughTables(listing.join(""))).toMatchObject([
			{ verdict: "dropped", steps: [{ action: "accept" }, { action: "policy drop", chain: "x", table: "ip b" }] },
		]);
	});

	it("go back as jump and goto say", () => {
		const through = (rules: readonly string[]) =>
			throughTables(
				table("ip t", [
					ownChain("one", ["goto two", "drop"]),
					ownChain("two", ["counter"]),
					chain("f", FORWARD, rules),
				]),
			);
		expect(through(["jump one", "reject"])).toMatchObject([{ verdict: "rejected" }]);
		expect(through(["goto one", "reject"])).toMatchObject([{ verdict: "forwarded" }]);
		expect(through(["jump lost"])[0]?.doubt).toBe("the rules jump to chain lost, which is not there");
	});

	it("let conntrack's status show what was translated", () => {
		const listing = [
			table("ip n", [
				chain("p", PREROUTING, ["dnat to 10.2.2.2:80"]),
				chain("s", POSTROUTING, ["ct status dnat masquerade"]),
			]),
			table("ip f", [chain("f", FORWARD, ["ct status dnat accept", "drop"])]),
		];
		expect(throughTables(listing.join(""))).toMatchObject([{ verdict: "forwarded", isMasqueraded: true }]);
		expect(throughTables(listing.slice(1).join(""))).toMatchObject([{ verdict: "dropped" }]);
		expect(throughTables(listing.join(""), { to: "10.2.2.2" as IP })).toMatchObject([{ verdict: "dropped" }]);
	});

	it("remember a client by what the option says, else by what is listed", () => {
		const set = (elements: string): string =>
			`set here {\n\t\ttype ipv4_addr\n\t\tflags dynamic,timeout\n\t\ttimeout 3h\n${elements}\t}`;
		const through = (elements: string, affinity?: string) =>
			throughTables(
				table("ip t", [
					set(elements),
					ownChain("own", ["update @here { ip saddr }", "meta l4proto tcp dnat to 10.2.2.2:80"]),
					chain("p", PREROUTING, ["ip saddr @here goto own", "dnat to 10.3.3.3:80"]),
				]),
				{},
				{ affinity },
			)[0]?.destination.ip;
		const listed = "\t\telements = { 198.18.0.77 timeout 3h expires 2h }\n";
		expect(through("")).toBe("10.3.3.3");
		expect(through("", "10.2.2.2:80")).toBe("10.2.2.2");
		expect(through("", "10.3.3.3:80")).toBe("10.3.3.3");
		expect(through(listed)).toBe("10.2.2.2");
		expect(through(listed, "10.3.3.3:80")).toBe("10.3.3.3");
	});
});

describe("tables of nftables beside rules of iptables", () => {
	const IPTABLES = "*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -j LOG\nCOMMIT\n";
	const through = (listing: string) => {
		const nothingElse = { virtualServers: undefined, sets: undefined, dummyIPs: undefined };
		const iptables = parseIptables(IPTABLES, "save").sections[0]?.tables;
		const state = { family: "ipv4", iptables, nft: tablesIn(listing), ...nothingElse, extent: "node" } as const;
		return asked(newTracer(state, { ips: [], interfaces: [] }).trace(PACKET));
	};

	it("are asked in the order of priorities", () => {
		const listing = table("ip t", [chain("x", hook("forward", -1), COUNT), chain("y", hook("forward", 1), COUNT)]);
		expect(through(listing)).toEqual(["ip t x", "filter FORWARD", "ip t y"]);
	});

	it("are left out when iptables-nft made them", () => {
		expect(through(table("ip filter", [chain("FORWARD", FORWARD, ["counter", "drop"])]))).toEqual(["filter FORWARD"]);
	});
});
