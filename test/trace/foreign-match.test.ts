import { describe, expect, it } from "vitest";
import { matchesForeign } from "../../src/trace/foreign-match.ts";

describe("matches of other people's rules", () => {
	it.each<readonly [words: string, answer: boolean | undefined]>([
		["-m multiport --dports 25,80,443", true],
		["-m multiport --dports 25,465,587", false],
		["-m multiport ! --dports 25,465,587", true],
		["-m multiport --dports 70:90", true],
		["-m multiport --dports :79", false],
		["-m multiport --dports 80:", true],
		["-m multiport --ports 80", true],
		["-m multiport --ports 81", undefined],
		["-m multiport --sports 80", undefined],
		["-m tcp --dport 30000:32767", false],
		["-m tcp ! --dport 30000:32767", true],
		["-m tcp --sport 80 --dport 81", false],
		["-m tcp --sport 80 --dport 80", undefined],
		["-m tcp --syn", true],
		["-m tcp ! --syn", false],
		["-m tcp --tcp-flags FIN,SYN,RST,ACK SYN", true],
		["-m tcp --tcp-flags FIN,RST FIN", false],
		["-m tcp --tcp-flags FIN,RST NONE", true],
		["-m tcp --tcp-flags ALL NONE", false],
		["-m state --state NEW,RELATED", true],
		["-m state --state ESTABLISHED", false],
		["-m state ! --state INVALID", true],
		["-m state --state new", true],
		["-m tcp --tcp-flags syn,rst syn", true],
		["-m multiport --dports http,https", undefined],
		["-m tcp --dport https", undefined],
		["-m connmark --mark 0x80/0x80", false],
		["-m connmark ! --mark 0x80/0x80", true],
		["-m connmark --mark 0x0/0xff", true],
		["-m limit --limit 3/sec", undefined],
		["-m owner --uid-owner 0", undefined],
		["-m tcp --dport 80 --tcp-option 5", undefined],
	])("%s", (words, answer) => {
		expect(matchesForeign(words.split(" "), { protocol: "tcp", port: 80, connmark: 0 })).toBe(answer);
	});
});
