import { describe, expect, it } from "vitest";
import { quoteForSave } from "../../../src/lang/iptables/quote.ts";
import type { Match } from "../../../src/lang/iptables/ruleset.ts";
import { parseWords } from "../../support/parse-line.ts";

const V4 = "255.255.255.255";
const V6 = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";

describe("matches", () => {
	it.each<[string, Match]>([
		["-m tcp", { kind: "ports", protocol: "tcp", destinationPort: undefined }],
		["-m udp --dport 0", { kind: "ports", protocol: "udp", destinationPort: 0 }],
		["-m sctp --dport 65535", { kind: "ports", protocol: "sctp", destinationPort: 65535 }],
		["-m addrtype --dst-type LOCAL", { kind: "addrtype", side: "destination", type: "LOCAL", isNegated: false }],
		["-m addrtype ! --src-type LOCAL", { kind: "addrtype", side: "source", type: "LOCAL", isNegated: true }],
		["-m conntrack --ctstate NEW", { kind: "conntrack", states: ["NEW"], isNegated: false }],
		[
			"-m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT",
			{ kind: "conntrack", states: ["RELATED", "ESTABLISHED", "DNAT"], isNegated: true },
		],
		[
			"-m conntrack --ctstate INVALID,SNAT,UNTRACKED",
			{ kind: "conntrack", states: ["INVALID", "SNAT", "UNTRACKED"], isNegated: false },
		],
		["-m mark --mark 0x4000/0x4000", { kind: "mark", value: 0x4000, mask: 0x4000, isNegated: false }],
		["-m mark --mark 0x00004000/0x00004000", { kind: "mark", value: 0x4000, mask: 0x4000, isNegated: false }],
		["-m mark ! --mark 0XAbC/0xFfF", { kind: "mark", value: 0xabc, mask: 0xfff, isNegated: true }],
		["-m mark --mark 16384", { kind: "mark", value: 0x4000, mask: 0xffff_ffff, isNegated: false }],
		["-m mark --mark 0/4294967295", { kind: "mark", value: 0, mask: 0xffff_ffff, isNegated: false }],
		["-m nfacct --nfacct-name  ct_dropped", { kind: "nfacct", name: "ct_dropped" }],
		["-m nfacct --nfacct-name ct_dropped", { kind: "nfacct", name: "ct_dropped" }],
		[`-m recent --set --name X --mask ${V4} --rsource`, { kind: "recent-set", list: "X" }],
		[`-m recent --set --name X --mask ${V6} --rsource`, { kind: "recent-set", list: "X" }],
		["-m recent --name X --set", { kind: "recent-set", list: "X" }],
		["-m recent --set", { kind: "recent-set", list: "DEFAULT" }],
		[
			`-m recent --rcheck --seconds 10800 --reap --name X --mask ${V4} --rsource`,
			{ kind: "recent-check", list: "X", seconds: 10800 },
		],
		["-m recent --name X --rcheck --seconds 1 --reap", { kind: "recent-check", list: "X", seconds: 1 }],
		["-m recent --reap --rcheck --seconds 1", { kind: "recent-check", list: "DEFAULT", seconds: 1 }],
		["-m set --match-set S dst,src", { kind: "set", set: "S", sides: ["destination", "source"] }],
		["-m set --match-set a:b_C src", { kind: "set", set: "a:b_C", sides: ["source"] }],
		["-m physdev --physdev-is-in", { kind: "physdev-is-in", isNegated: false }],
		["-m physdev ! --physdev-is-in", { kind: "physdev-is-in", isNegated: true }],
		["-m ipvs --vproto 6 --vaddr 10.0.0.1 --vport 80", { kind: "ipvs", ip: "10.0.0.1", protocol: "tcp", port: 80 }],
		["-m ipvs --vaddr fd00::1 --vproto udp --vport 53", { kind: "ipvs", ip: "fd00::1", protocol: "udp", port: 53 }],
		["-m statistic --mode random --probability 0.5", { kind: "statistic", probability: 0.5 }],
		["--match statistic --mode random --probability .5", { kind: "statistic", probability: 0.5 }],
	])("%s", (words, expected) => {
		expect(parseWords(words).matches).toEqual([expected]);
		expect(parseWords(`${words} -j ACCEPT`).matches).toEqual([expected]);
		expect(parseWords(`${words} ! -s 10.0.0.0/8 --jump ACCEPT`).matches).toEqual([expected]);
	});

	it.each([
		["-m multiport --dports 80,443"],
		["-p tcp -m multiport ! --destination-ports 80,443"],
		["-m addrtype --dst-type BROADCAST"],
		["-m addrtype --src-type LOCAL --dst-type LOCAL"],
		["-m addrtype --dst-type LOCAL --limit-iface-in"],
		["-m addrtype --dst-type"],
		["-m conntrack --ctstate NEW,OTHER"],
		["-m conntrack --ctstate NEW --ctdir ORIGINAL"],
		["-m conntrack --ctorigdst 10.0.0.1/32 --ctorigdstport 80"],
		["-m state --state NEW"],
		["-m mark --mark 010"],
		["-m mark --mark 0x1ffffffff"],
		["-m mark --mark 4294967296"],
		["-m mark --mark -1"],
		["-m mark --mark 1/2/3"],
		["-m mark --mark ! 1"],
		["-m nfacct ! --nfacct-name x"],
		["-m recent --update --seconds 5 --reap --name X"],
		["-m recent --remove --name X"],
		["-m recent ! --rcheck --seconds 5 --reap --name X"],
		["-m recent --rcheck --seconds 5 --name X"],
		["-m recent --rcheck --reap --name X"],
		["-m recent --rcheck --seconds 5 --reap --hitcount 3 --name X"],
		["-m recent --set --name X --rdest"],
		["-m recent --set --name X --mask 255.255.255.0"],
		["-m recent --set --seconds 5"],
		["-m set ! --match-set S src"],
		["-m set --match-set S src,both"],
		["-m set --match-set S src --return-nomatch"],
		["-m physdev --physdev-in eth0"],
		["-m physdev --physdev-is-in --physdev-is-bridged"],
		["-m ipvs --ipvs"],
		["-m ipvs ! --vaddr 10.0.0.1 --vproto 6 --vport 80"],
		["-m ipvs --vaddr 10.0.0.1 --vproto 6 --vport 80 --vdir ORIGINAL"],
		["-m ipvs --vaddr 10.0.0.1 --vproto 1 --vport 80"],
		["-m statistic --mode nth --every 3 --packet 0"],
		["-m statistic --mode random ! --probability 0.5"],
		["-m statistic --mode random --probability 1.5"],
		["-m statistic --mode random --probability 1e-3"],
		["-m statistic --mode random --probability x"],
		["-m comment"],
		["-m comment --comment a b"],
		['-m string --algo bm --string "GET /x" --to 65535'],
		["-m owner ! --uid-owner 0-99"],
		["-m __proto__ --constructor toString"],
	])("%s is kept with its words", (words) => {
		const expected = words.replace(/^-p tcp /, "").match(/"[^"]*"|\S+/g);
		expect(parseWords(words).matches).toEqual([{ kind: "unknown", words: expected }]);
		const { matches, target } = parseWords(`${words} -j DROP`);
		expect({ matches, target }).toEqual({ matches: [{ kind: "unknown", words: expected }], target: { kind: "drop" } });
	});

	it("keep their order, and may come twice", () => {
		const words =
			'-m mark --mark 1/1 -m comment --comment a -m limit --limit 5/min -m comment --comment "b c" -m mark ! --mark 2/2';
		expect(parseWords(words).matches).toEqual([
			{ kind: "mark", value: 1, mask: 1, isNegated: false },
			{ kind: "comment", text: "a" },
			{ kind: "unknown", words: ["-m", "limit", "--limit", "5/min"] },
			{ kind: "comment", text: "b c" },
			{ kind: "mark", value: 2, mask: 2, isNegated: true },
		]);
	});
});

describe("comments", () => {
	it.each([
		["word", "word"],
		['""', ""],
		['"two words"', "two words"],
		['"two  blanks "', "two  blanks "],
		['"a \\"quoted\\" word"', 'a "quoted" word'],
		['"a\\\\b"', "a\\b"],
		['"\\\\"', "\\"],
		['"\\""', '"'],
		['"it\\\'s"', "it's"],
		["it's", "it's"],
		['"a\\b"', "ab"],
		['"-j ACCEPT"', "-j ACCEPT"],
		["-j", "-j"],
		["--jump", "--jump"],
		["--dport", "--dport"],
		['"!"', "!"],
		['"#"', "#"],
		['"→ ünïcödé 😀"', "→ ünïcödé 😀"],
		['a"b c"', "ab c"],
		['"a\tb"', "a b"],
		['"a\x1b[31mb\x7f\x00"', "a [31mb  "],
	])("%j", (written, text) => {
		const { matches, target } = parseWords(`-p tcp -m comment --comment ${written} -j DROP`);
		expect({ matches, target }).toEqual({ matches: [{ kind: "comment", text }], target: { kind: "drop" } });
		expect(() => quoteForSave(text)).not.toThrow();
	});

	it("that nobody closes take the rest of the line", () => {
		const { matches, target } = parseWords('-m comment --comment "a b -j DROP');
		expect({ matches, target }).toEqual({ matches: [{ kind: "comment", text: "a b -j DROP" }], target: undefined });
	});

	it("without a text are kept with their words", () => {
		expect(parseWords("-m comment --comment").matches).toEqual([
			{ kind: "unknown", words: ["-m", "comment", "--comment"] },
		]);
	});

	it("end behind the closing quote, as for the tools", () => {
		expect(parseWords('-m comment --comment "a b"-j DROP').target).toEqual({ kind: "drop" });
	});
});
