import { describe, expect, it } from "vitest";
import type { Target } from "../../../src/lang/iptables/ruleset.ts";
import { parseLine, parseWords } from "../../support/parse-line.ts";

describe("targets", () => {
	it.each<[string, Target | undefined]>([
		["", undefined],
		["-j ACCEPT", { kind: "accept" }],
		["--jump DROP", { kind: "drop" }],
		["-j RETURN", { kind: "return" }],
		["-j D", { kind: "jump", chain: "D" }],
		["-j KUBE-SVC-N5W5PH5NLY2BP4HG", { kind: "jump", chain: "KUBE-SVC-N5W5PH5NLY2BP4HG" }],
		["-j not.declared+=", { kind: "jump", chain: "not.declared+=" }],
		["-g D", { kind: "goto", chain: "D" }],
		["--goto D", { kind: "goto", chain: "D" }],
		["-j REJECT", { kind: "reject", with: undefined }],
		["-j REJECT --reject-with tcp-reset", { kind: "reject", with: "tcp-reset" }],
		["-j REJECT --reject-with icmp-host-prohibited", { kind: "reject", with: "icmp-host-prohibited" }],
		["-j REJECT --reject-with icmp-port-unreachable", { kind: "reject", with: undefined }],
		["-j REJECT --reject-with icmp6-port-unreachable", { kind: "reject", with: undefined }],
		["-j MASQUERADE", { kind: "masquerade", isRandomFully: false }],
		["-j MASQUERADE --random-fully", { kind: "masquerade", isRandomFully: true }],
		["-j DNAT --to-destination 10.0.0.1:80", { kind: "dnat", to: "10.0.0.1:80" }],
		["-j DNAT --to-destination 10.0.0.1", { kind: "dnat", to: "10.0.0.1" }],
		["-j DNAT --to-destination [fd00::1]:80", { kind: "dnat", to: "[fd00::1]:80" }],
		["-j DNAT --to-destination [fd00::1]", { kind: "dnat", to: "[fd00::1]" }],
		["-j DNAT --to-destination fd00::1", { kind: "dnat", to: "fd00::1" }],
	])("%s", (words, expected) => {
		expect(parseWords(words).target).toEqual(expected);
	});

	it.each([
		["--or-mark 0x4000", 0x4000, 0x4000],
		["--or-mark 16384", 0x4000, 0x4000],
		["--set-xmark 0x4000/0x4000", 0x4000, 0x4000],
		["--set-xmark 0X4000/0XC000", 0x4000, 0xc000],
		["--set-xmark 0x4000", 0x4000, 0xffff_ffff],
		["--set-xmark 0x4000/0x0", 0x4000, 0],
		["--set-mark 0x4000", 0x4000, 0xffff_ffff],
		["--set-mark 0x4000/0x8000", 0x4000, 0xc000],
		["--set-mark 0x80000000/0x40000000", 0x8000_0000, 0xc000_0000],
		["--set-mark 0x0/0xff", 0, 0xff],
		["--and-mark 0xffffbfff", 0, 0x4000],
		["--and-mark 0x0", 0, 0xffff_ffff],
		["--and-mark 0xffffffff", 0, 0],
		["--xor-mark 0x4000", 0x4000, 0],
		["--xor-mark 0x80000000", 0x8000_0000, 0],
	])("-j MARK %s", (words, value, mask) => {
		for (const dialect of ["save", "restore"] as const) {
			expect(parseWords(`-j MARK ${words}`, dialect).target).toEqual({ kind: "mark", value, mask });
		}
	});

	it.each([
		["LOG"],
		['LOG --log-prefix "a -j b: " --log-level 4'],
		["LOG --log-prefix -j"],
		["NFLOG --nflog-prefix --jump --nflog-group 5"],
		["NFQUEUE --queue-num 3 --queue-bypass"],
		["NOTRACK"],
		["CT --notrack"],
		["SNAT --to-source 10.0.0.1 --random-fully"],
		["REDIRECT --to-ports 15001"],
		["TPROXY --on-port 1 --on-ip 127.0.0.1 --tproxy-mark 0x200/0xffffffff"],
		["CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff"],
		["MASQUERADE --to-ports 1024-65535"],
		["MASQUERADE --random"],
		["MASQUERADE --random-fully --to-ports 1"],
		["DNAT --to-destination 10.0.0.1-10.0.0.9"],
		["DNAT --to-destination 10.0.0.1:80-90"],
		["DNAT --to-destination :80"],
		["DNAT --to-destination 10.0.0.1:80 --random"],
		["DNAT --to-destination"],
		["REJECT --reject-with"],
		["MARK --or-mark"],
		["MARK --or-mark x"],
		["MARK --or-mark 1/1"],
		["MARK --or-mark 010"],
		["MARK --set-xmark 1/2/3"],
		["MARK --other-mark 1"],
		["ACCEPT --option"],
		["WHATEVER --option value"],
	])("-j %s is kept with its words", (words) => {
		const expected = { kind: "unknown", words: words.match(/"[^"]*"|\S+/g) };
		expect(parseWords(`-j ${words}`).target).toEqual(expected);
		expect(parseWords(`-p tcp -j ${words} -s 10.0.0.1`)).toMatchObject({
			target: expected,
			source: { address: "10.0.0.1" },
		});
	});

	it("REJECT keeps the error that restore text names, also the default", () => {
		expect(parseWords("-j REJECT --reject-with icmp-port-unreachable", "restore").target).toEqual({
			kind: "reject",
			with: "icmp-port-unreachable",
		});
	});

	it("are chains before they are extensions", () => {
		expect(parseLine(":LOG - [0:0]\n-A C -j LOG").target).toEqual({ kind: "jump", chain: "LOG" });
	});
});
