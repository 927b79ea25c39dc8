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
		[
			"a source that is rewritten",
			["-A FORWARD -j CONNMARK --restore-mark --nfmask 0x80 --ctmask 0x80"],
			one("forwarded"),
		],
		[
			"the mark of a connection",
			[
				"-A FORWARD -j MARK --set-xmark 0x5/0xff",
				"-A FORWARD -j CONNMARK --save-mark",
				"-A FORWARD -m connmark --mark 0x5/0xff -j DROP",
			],
			one("dropped"),
		],
		["a mark that cannot be", ["-A FORWARD -m mark ! --mark 0x7/0x3 -j DROP"], one("dropped")],
		["protocols by number", ["-A FORWARD -p 0x6 -j DROP"], one("dropped")],
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

	it("rewrites sources and redirects as others ask", () => {
		const outcomes = (rules: readonly string[], packet: Partial<Packet>) => {
			const chains = [":PREROUTING ACCEPT", ":OUTPUT ACCEPT", ":POSTROUTING ACCEPT"];
			const { sections } = parseIptables(`*nat\n${[...chains, ...rules].join("\n")}\nCOMMIT\n`, "save");
			const nothingElse = { virtualServers: undefined, sets: undefined, dummyIPs: undefined };
			const state = { family: "ipv4", iptables: sections[0]?.tables, ...nothingElse, extent: "node" } as const;
			return newTracer(state, { ips: IPS, interfaces: [] })
				.trace({ ...PACKET, ...packet })
				.map(({ verdict, source, destination: { ip, port } }) => `${verdict} ${source} ${ip}:${port}`);
		};
		expect(outcomes(["-A POSTROUTING -j SNAT --to-source 192.0.2.77"], {})).toEqual([
			"forwarded 192.0.2.77 10.1.1.1:80",
		]);
		expect(outcomes(["-A PREROUTING -p tcp -j REDIRECT --to-ports 8080"], {})).toEqual([
			"delivered 198.18.0.77 192.0.2.11:8080",
		]);
		expect(
			outcomes(["-A OUTPUT -p tcp -j REDIRECT --to-ports 8080"], { isFromNode: true, from: IPS[0] as IP }),
		).toEqual(["delivered 192.0.2.11 127.0.0.1:8080"]);
		expect(outcomes(["-A PREROUTING -p tcp -j DNAT --to-destination 999.1.1.1:80"], {})).toEqual([
			expect.stringMatching(/^unknown /),
		]);
	});

	it("asks both programs called iptables", () => {
		const tables = (text: string) => parseIptables(text, "save").sections[0]?.tables;
		const nothingElse = { virtualServers: undefined, sets: undefined, dummyIPs: undefined };
		const state = {
			family: "ipv4",
			iptables: tables("*filter\n:FORWARD ACCEPT\nCOMMIT\n"),
			...nothingElse,
			extent: "node",
		} as const;
		const verdictOf = (otherIptables: typeof state.iptables) =>
			newTracer({ ...state, otherIptables }, { ips: IPS, interfaces: [] }).trace(PACKET)[0]?.verdict;
		expect(verdictOf(undefined)).toBe("forwarded");
		expect(verdictOf(tables("*filter\n:FORWARD DROP\nCOMMIT\n"))).toBe("dropped");
	});

	it("does not guess without any address of the node", () => {
		const text =
			"*nat\n:PREROUTING ACCEPT\n:POSTROUTING ACCEPT\n-A PREROUTING -m addrtype --dst-type LOCAL -j DNAT --to-destination 10.1.1.2:80\n-A POSTROUTING -j MASQUERADE\nCOMMIT\n";
		const nothingElse = { virtualServers: undefined, sets: undefined, dummyIPs: undefined };
		const state = {
			family: "ipv4",
			iptables: parseIptables(text, "save").sections[0]?.tables,
			...nothingElse,
			extent: "node",
		} as const;
		const [outcome] = newTracer(state, { ips: [], interfaces: [] }).trace(PACKET);
		expect(outcome).toMatchObject({ verdict: "unknown", probability: 1 });
	});
});
