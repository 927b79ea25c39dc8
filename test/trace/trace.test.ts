import { describe, expect, it } from "vitest";
import { parseIptables } from "../../src/lang/iptables/parse.ts";
import type { IP } from "../../src/net/ip.ts";
import type { Packet } from "../../src/trace/packet.ts";
import { newTracer } from "../../src/trace/trace.ts";

const IPS = ["192.0.2.11"] as readonly string[] as readonly IP[];

const PACKET: Packet = {
	from: "198.18.0.77" as IP,
	to: "10.1.1.1" as IP,
	port: 80,
	protocol: "tcp",
	isFromNode: false,
	inInterface: undefined,
};

/** What becomes of a packet that goes through the node, with these rules in the filter table and a chain NEW. */
function traced(rules: readonly string[], packet: Partial<Packet> = {}) {
	const chains = [":INPUT ACCEPT", ":FORWARD ACCEPT", ":OUTPUT ACCEPT", ":NEW -", ":OTHER -"];
	const text = `*filter\n${[...chains, ...rules].join("\n")}\nCOMMIT\n`;
	const { sections, problems } = parseIptables(text, "save");
	expect(problems).toEqual([]);
	const nothingElse = { virtualServers: undefined, sets: undefined, dummyIPs: undefined };
	const state = { family: "ipv4", iptables: sections[0]?.tables, ...nothingElse, extent: "node" } as const;
	const outcomes = newTracer(state, { ips: IPS, interfaces: [] }).trace({ ...PACKET, ...packet });
	expect(outcomes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
	return outcomes.map(({ verdict, probability, doubt, reject }) => ({ verdict, probability, doubt, reject }));
}

const one = (verdict: string, more: object = {}) => [expect.objectContaining({ verdict, probability: 1, ...more })];
const doubt = (text: string) => one("unknown", { doubt: expect.stringContaining(text) });

describe("a trace", () => {
	it.each<readonly [what: string, rules: readonly string[], expected: readonly unknown[]]>([
		["a verdict", ["-A FORWARD -j DROP"], one("dropped")],
		["the policy", [], one("forwarded")],
		[
			"a rejection, with its error",
			["-A FORWARD -p tcp -j REJECT --reject-with tcp-reset"],
			one("rejected", { reject: "tcp-reset" }),
		],
		["a chain that runs out", ["-A FORWARD -j NEW", "-A FORWARD -j DROP"], one("dropped")],
		["a return", ["-A NEW -j RETURN", "-A NEW -j DROP", "-A FORWARD -j NEW"], one("forwarded")],
		[
			"a goto, which comes back to the caller's caller",
			["-A NEW -g OTHER", "-A NEW -j DROP", "-A FORWARD -j NEW"],
			one("forwarded"),
		],
		["marks", ["-A FORWARD -j MARK --set-xmark 0x4/0xc", "-A FORWARD -m mark --mark 0x4/0xc -j DROP"], one("dropped")],
		[
			"chance",
			["-A FORWARD -m statistic --mode random --probability 0.25000000000 -j DROP"],
			[
				expect.objectContaining({ verdict: "dropped", probability: 0.25 }),
				expect.objectContaining({ verdict: "forwarded", probability: 0.75 }),
			],
		],
		["a match nobody knows", ["-A FORWARD -m limit --limit 3/sec -j DROP"], doubt("-m limit --limit 3/sec -j DROP")],
		[
			"a match nobody knows that does not matter",
			["-A FORWARD -m limit --limit 3/sec -j DROP", "-A FORWARD -j DROP"],
			one("dropped"),
		],
		[
			"a match nobody knows in a rule for others",
			["-A FORWARD -s 10.9.9.9/32 -m limit --limit 3/sec -j DROP"],
			one("forwarded"),
		],
		["an interface nobody knows", ["-A FORWARD -i eth7 -j DROP"], doubt("-i eth7")],
		["a target nobody knows", ["-A FORWARD -j NFQUEUE --queue-num 1"], doubt("NFQUEUE")],
		["a LOG, and goes on", ["-A FORWARD -j LOG", "-A FORWARD -j DROP"], one("dropped")],
		["a chain that is not there", ["-A FORWARD -j LOST"], doubt("LOST, which is not there")],
		["a loop", ["-A NEW -j OTHER", "-A OTHER -j NEW", "-A FORWARD -j NEW"], doubt("again and again")],
	])("follows %s", (_, rules, expected) => {
		expect(traced(rules)).toEqual(expected);
	});

	it("knows the interface that it is told", () => {
		expect(traced(["-A FORWARD -i eth+ -j DROP"], { inInterface: "eth7" })).toEqual(one("dropped"));
		expect(traced(["-A FORWARD ! -i eth+ -j DROP"], { inInterface: "eth7" })).toEqual(one("forwarded"));
	});

	it("tells packets to the node and of the node apart", () => {
		expect(traced(["-A INPUT -j DROP"], { to: "192.0.2.11" as IP })).toEqual(one("dropped"));
		expect(traced(["-A OUTPUT -j DROP"], { isFromNode: true })).toEqual(one("dropped"));
		expect(traced([], { to: "192.0.2.11" as IP })).toEqual(one("delivered"));
	});

	it("does not guess what becomes of packets from outside to loopback addresses", () => {
		expect(traced([], { to: "127.0.0.1" as IP })).toEqual(doubt("route_localnet"));
	});
});
