import { describe, expect, it } from "vitest";
import { captures, oracleCases } from "../support/oracle.ts";
import type { TextDialect } from "../support/rule-bodies.ts";
import { refusedLines } from "../support/rule-grammar.ts";

describe("the grammar of kube-proxy's rules", () => {
	it("accepts every line of every capture", () => {
		const findings = oracleCases().flatMap(({ name }) =>
			captures(name, "iptables").flatMap(({ version, file, text }) => {
				const label = `${name} ${version} ${file}`;
				return refusedLines(text, optionsOf(file)).map((finding) => `${label}: ${finding}`);
			}),
		);
		expect(findings).toEqual([]);
	});

	it.each([
		"-A INPUT -j ACCEPT",
		'-A KUBE-SERVICES -m comment --comment "a/b" -j ACCEPT -m comment --comment " cluster IP" -m tcp -p tcp -d 10.0.0.1 --dport 80 -j KUBE-SVC-AAAAAAAAAAAAAAAA',
		'-A KUBE-SERVICES -m comment --comment "a/b cluster IP" -m tcp -p tcp -d 10.0.0.256 --dport 80 -j KUBE-SVC-AAAAAAAAAAAAAAAA',
		'-A KUBE-SERVICES -m comment --comment "a/b cluster IP" -m tcp -p tcp -d ::1 --dport 80 -j KUBE-SVC-AAAAAAAAAAAAAAAA',
		'-A KUBE-SERVICES -m comment --comment "a/b cluster IP" -m tcp -p udp -d 10.0.0.1 --dport 80 -j KUBE-SVC-AAAAAAAAAAAAAAAA',
		'-A KUBE-SERVICES -m comment --comment "a/b cluster IP" -m tcp -p tcp -d 10.0.0.1 --dport 70000 -j KUBE-SVC-AAAAAAAAAAAAAAAA',
		'-A KUBE-SERVICES -m comment --comment "a/b cluster IP" -m tcp -p tcp -d 10.0.0.1 --dport 80 -j KUBE-SVC-BBBBBBBBBBBBBBBB',
		'-A KUBE-SERVICES -m comment --comment "a/B cluster IP" -m tcp -p tcp -d 10.0.0.1 --dport 80 -j KUBE-SVC-AAAAAAAAAAAAAAAA',
		"-A KUBE-SERVICES -j KUBE-SVC-AAAAAAAAAAAAAAAA",
		":KUBE-EVIL - [0:0]",
		":KUBE-SERVICES - [0:0]",
		":KUBE-FORWARD ACCEPT [0:0]",
		"*raw",
		"# a comment",
		"",
	])("refuses %j", (line) => {
		const known = '-A KUBE-SERVICES -m comment --comment "a/b cluster IP" -m tcp -p tcp -d 10.0.0.1 --dport 80 -j';
		const lines = ["*nat", ":KUBE-SERVICES - [0:0]", ":KUBE-SVC-AAAAAAAAAAAAAAAA - [0:0]"];
		const good = [...lines, `${known} KUBE-SVC-AAAAAAAAAAAAAAAA`, "COMMIT", ""].join("\n");
		const bad = [...lines, line, "COMMIT", ""].join("\n");
		expect(refusedLines(good, { dialect: "restore", family: "ipv4" })).toEqual([]);
		expect(refusedLines(bad, { dialect: "restore", family: "ipv4" })).not.toEqual([]);
	});

	it("refuses a table that is not committed and a last line without an end", () => {
		expect(refusedLines("*nat\n", { dialect: "restore" })).toEqual(["table nat has no COMMIT"]);
		expect(refusedLines("*nat\nCOMMIT\nCOMMIT", { dialect: "restore" })).toEqual([
			"the text does not end in a newline",
		]);
	});
});

function optionsOf(file: string): { readonly dialect: TextDialect; readonly family: "ipv4" | "ipv6" } {
	return { dialect: file.startsWith("save") ? "save" : "restore", family: file.includes(".v4.") ? "ipv4" : "ipv6" };
}
