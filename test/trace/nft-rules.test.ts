import { describe, expect, it } from "vitest";
import type { IP } from "../../src/net/ip.ts";
import type { Packet } from "../../src/trace/packet.ts";
import { chain, FORWARD, table, throughTables } from "../support/nft-traced.ts";

const V6 = { from: "2001:db8:ffff::77" as IP, to: "fd00::1" as IP } as const;
const UDP = { protocol: "udp" } as const;

/** The verdicts when a rule of the forward chain says `drop`, with the packet as given. */
function dropped(rule: string, packet: Partial<Packet> = {}, family = "inet"): string {
	const outcomes = throughTables(table(`${family} t`, [chain("f", FORWARD, [`${rule} drop`])]), packet);
	return outcomes.map(({ verdict, probability }) => `${verdict} ${probability}`).join(", ");
}

const YES = "dropped 1";
const NO = "forwarded 1";
const UNKNOWN = "unknown 1";

describe("a rule of nftables", () => {
	const cases: readonly (readonly [rule: string, expected: string, packet?: Partial<Packet>])[] = [
		["ip saddr 198.18.0.0/15", YES],
		["ip saddr != 198.18.0.0/15", NO],
		["ip daddr 10.1.1.0-10.1.1.9", YES],
		["ip daddr { 10.1.1.2, 10.1.1.1 }", YES],
		["ip daddr != { 10.1.1.2, 10.1.2.0/24 }", YES],
		["ip6 daddr fd00::1", YES, V6],
		["ip6 daddr fd00::/64", YES, V6],
		["ip6 daddr fd00::2-fd00::ffff", NO, V6],
		["ip daddr != 10.9.9.9", NO, V6],
		["ip6 daddr != fd00::9", NO],
		["tcp dport 80", YES],
		["tcp dport != 80", NO],
		["tcp dport 1-1024", YES],
		["tcp dport { 22, 79-81 }", YES],
		["tcp dport != 22", NO, UDP],
		["th dport 80", YES, UDP],
		["tcp sport 1024", UNKNOWN],
		["udp sport 1024", NO],
		["meta l4proto tcp", YES],
		["meta l4proto { udp, sctp }", NO],
		["meta l4proto != tcp", YES, UDP],
		["ct state new", YES],
		["ct state established,related", NO],
		["ct state { established, new }", YES],
		["ct state invalid", NO],
		["ct status dnat", NO],
		["ct status confirmed", UNKNOWN],
		["fib daddr type local", NO],
		["fib daddr type != local", YES],
		["fib daddr type broadcast", UNKNOWN],
		["meta mark 0x00000001", NO],
		["meta mark & 0x00004000 == 0x00000000", YES],
		['iifname "eth0"', UNKNOWN],
		['iifname "eth0"', YES, { inInterface: "eth0" }],
		['iifname "eth*"', YES, { inInterface: "eth0" }],
		['iifname != "eth*"', NO, { inInterface: "eth0" }],
		['iifname "lo"', NO],
		['oifname "eth0"', UNKNOWN],
		["meta nfproto ipv4", YES],
		["meta nfproto ipv4", NO, V6],
		["ip protocol tcp", YES],
		["ip protocol tcp", NO, V6],
		["icmp type echo-request", NO],
		["tcp flags syn / fin,syn,rst,ack", YES],
		["tcp flags != syn / fin,syn,rst,ack", NO],
		["tcp flags & (fin | syn) == (fin | syn)", NO],
		["tcp flags ack", NO],
		["tcp flags syn,ack", YES],
		["tcp flags syn / fin,syn,rst,ack", NO, UDP],
		["limit rate 5/second burst 7 packets", UNKNOWN],
		["meta skuid 0", UNKNOWN],
		["ct mark 0x00000001", UNKNOWN],
		["ct direction original", YES],
		["counter packets 5 bytes 300", YES],
		['log prefix "a b: " level info', YES],
		["counter name c", YES],
		["ip daddr @nothing", UNKNOWN],
		["numgen random mod 4 0", "dropped 0.25, forwarded 0.75"],
		["numgen random mod 4 != { 0, 1, 2 }", "dropped 0.25, forwarded 0.75"],
		["tcp dport 81 limit rate 5/second", NO],
	];
	it.each(cases.map(([rule, expected, packet = {}]) => ({ rule, expected, packet })))("$rule, $packet: $expected", ({
		rule,
		expected,
		packet,
	}) => {
		expect(dropped(rule, packet)).toBe(expected);
	});

	it("asks no question when the answer does not matter", () => {
		expect(
			throughTables(table("inet t", [chain("f", FORWARD, ["limit rate 5/second accept", "accept"])])),
		).toMatchObject([{ verdict: "forwarded", doubt: undefined }]);
		const logged = ['limit rate 5/second log prefix "x"'];
		expect(throughTables(table("inet t", [chain("f", FORWARD, logged)]))[0]?.steps).toMatchObject([
			{ action: "policy accept" },
		]);
	});

	it.each([
		["limit rate 5/second accept", false],
		['limit rate 5/second log prefix "x"', false],
		["ip saddr 198.18.0.77 accept", true],
		["ip saddr 198.18.0.78 limit rate 5/second accept", true],
	])("tells whether it knows the way past: %s", (rule, isWayCertain) => {
		const outcomes = throughTables(table("inet t", [chain("f", FORWARD, [rule])]));
		expect(outcomes).toMatchObject([{ verdict: "forwarded", isWayCertain }]);
	});

	it("says which rule nobody can follow, with its text", () => {
		const [outcome] = throughTables(table("ip t", [chain("f", FORWARD, ["ip daddr 10.1.1.1 queue to 3"])]));
		expect(outcome).toMatchObject({ verdict: "unknown", doubt: "nobody here knows what queue to 3 does" });
		const [asked] = throughTables(table("ip t", [chain("f", FORWARD, ["meta skuid 0 drop"])]));
		expect(asked?.doubt).toBe("whether this rule matches is not known: meta skuid 0 drop");
	});

	it.each<readonly [rule: string, packet: Partial<Packet>, error: string | undefined]>([
		["reject", {}, "icmp-port-unreachable"],
		["reject", V6, "icmp6-port-unreachable"],
		["reject with tcp reset", {}, "tcp-reset"],
		["reject with tcp reset", UDP, undefined],
		["reject with icmp host-unreachable", {}, "icmp-host-unreachable"],
		["reject with icmp host-unreachable", V6, undefined],
		["reject with icmpv6 addr-unreachable", V6, "icmp6-addr-unreachable"],
		["reject with icmpv6 addr-unreachable", {}, undefined],
		["reject with icmpx admin-prohibited", {}, "icmp-admin-prohibited"],
		["reject with icmpx admin-prohibited", V6, "icmp6-adm-prohibited"],
		["reject with icmpx no-route", {}, "icmp-net-unreachable"],
		["reject with icmpx host-unreachable", V6, "icmp6-addr-unreachable"],
		["reject with icmp prot-unreachable", {}, "icmp-proto-unreachable"],
	])("%s, %o: %s", (rule, packet, error) => {
		const [outcome] = throughTables(table("inet t", [chain("f", FORWARD, [rule])]), packet);
		expect(outcome).toMatchObject({ verdict: error === undefined ? "forwarded" : "rejected", reject: error });
	});

	it("keeps what it did before a test that fails", () => {
		const rules = ["meta mark set meta mark | 0x00000001 tcp dport 81 accept", "meta mark 0x00000001 drop"];
		expect(throughTables(table("ip t", [chain("f", FORWARD, rules)]))).toMatchObject([
			{ verdict: "dropped", steps: [{ number: 2, mark: 1 }] },
		]);
	});

	it.each([
		["meta mark set meta mark ^ 0x00000003", 3],
		["meta mark set 0x00000005", 5],
		["meta mark set meta mark & 0xfffffff0 | 0x00000008", 8],
	])("%s", (rule, mark) => {
		const [outcome] = throughTables(table("ip t", [chain("f", FORWARD, [rule, "accept"])]));
		expect(outcome?.steps.at(-1)).toMatchObject({ mark });
	});
});
