import { describe, expect, it } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { printRuleset } from "../../src/lang/iptables/print.ts";
import { shopState } from "../support/diff-shop.ts";
import { stateOf } from "../support/diff-states.ts";

const wanted = shopState("ipv4");
const text = printRuleset({ family: "ipv4", tables: wanted.iptables ?? [] }, "save");

/** What is told of a node on which lines were put before the first one that starts so. */
function told(start: string, lines: readonly string[]) {
	const at = text.indexOf(`\n${start}`) + 1;
	expect(at).toBeGreaterThan(0);
	const live = `${text.slice(0, at)}${lines.map((line) => `${line}\n`).join("")}${text.slice(at)}`;
	const { equal, findings } = diff(stateOf(live, "ipv4"), wanted, { telling: "live" });
	return { equal, findings: findings.map(({ code, severity }) => `${code} ${severity}`) };
}

const CERTAIN = { equal: false, findings: ["RULE_IN_FRONT error"] };
const POSSIBLE = { equal: true, findings: ["RULE_IN_FRONT warning"] };
const NONE = { equal: true, findings: [] };

describe("rules of others before kube-proxy's", () => {
	it.each<readonly [what: string, before: string, lines: readonly string[], expected: typeof CERTAIN]>([
		["a DROP", "-A FORWARD ", ["-A FORWARD -s 198.51.100.0/24 -j DROP"], CERTAIN],
		["an ACCEPT", "-A INPUT ", ["-A INPUT -i eth0 -j ACCEPT"], CERTAIN],
		["a REDIRECT", "-A PREROUTING ", ["-A PREROUTING -p tcp -j REDIRECT --to-ports 15001"], CERTAIN],
		["a REDIRECT of one port", "-A OUTPUT -m comment", ["-A OUTPUT -p tcp -m tcp --dport 80 -j REDIRECT"], CERTAIN],
		["a NETMAP", "-A PREROUTING ", ["-A PREROUTING -d 10.0.0.0/8 -j NETMAP --to 11.0.0.0/8"], POSSIBLE],
		["an NFQUEUE", "-A FORWARD ", ["-A FORWARD -j NFQUEUE --queue-num 0"], CERTAIN],
		["a DROP of a chain of theirs", "-A FORWARD ", [":MYFW - [0:0]", "-A MYFW -j DROP", "-A FORWARD -j MYFW"], CERTAIN],
		[
			"a DROP of a chain of theirs for some",
			"-A FORWARD ",
			[":MYFW - [0:0]", "-A MYFW -s 198.51.100.7/32 -j DROP", "-A FORWARD -j MYFW"],
			POSSIBLE,
		],
		[
			"a chain of theirs that only returns",
			"-A FORWARD ",
			[":MYFW - [0:0]", "-A MYFW -j RETURN", "-A FORWARD -j MYFW"],
			NONE,
		],
		["a match nobody knows", "-A FORWARD ", ["-A FORWARD -m limit --limit 3/sec -j DROP"], POSSIBLE],
		["a LOG", "-A FORWARD ", ["-A FORWARD -j LOG"], NONE],
		["what kube-proxy drops too", "-A FORWARD ", ["-A FORWARD -m conntrack --ctstate INVALID -j DROP"], NONE],
		["answers that pass", "-A FORWARD ", ["-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"], NONE],
		["masquerading", "-A POSTROUTING ", ["-A POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -j MASQUERADE"], NONE],
		["a mark of theirs", "-A POSTROUTING ", ["-A POSTROUTING -j MARK --set-xmark 0x10000/0x10000"], NONE],
		["kube-proxy's mark", "-A POSTROUTING ", ["-A POSTROUTING -j MARK --set-xmark 0x0/0x4000"], POSSIBLE],
		[
			"a second jump",
			"-A PREROUTING ",
			['-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES'],
			NONE,
		],
	])("%s", (_, before, lines, expected) => {
		expect(told(before, lines)).toEqual(expected);
	});
});

describe("a rule in KUBE-SERVICES", () => {
	const changed = (from: RegExp, to: string) => {
		const live = text.replace(from, to);
		expect(live).not.toBe(text);
		const { services } = diff(stateOf(live, "ipv4"), wanted, { telling: "live" });
		return services.map(({ servicePort, changes }) => ({
			servicePort,
			text: changes.map(({ message }) => message).join("\n"),
		}));
	};

	it("that has lost its port still leads there: nobody says that clients get no answer", () => {
		const [one, ...more] = changed(/(-A KUBE-SERVICES -d 10.96.10.30\/32.*) -m tcp --dport 8080/, "$1");
		expect(more).toEqual([]);
		expect(one).toMatchObject({ servicePort: "shop/cart", text: expect.stringContaining("matches other packets") });
		expect(one?.text).not.toContain("no answer");
	});

	it("that has lost its address is no node port", () => {
		const [one] = changed(/-A KUBE-SERVICES -d 10.96.10.30\/32/, "-A KUBE-SERVICES");
		expect(one).toMatchObject({ servicePort: "shop/cart", text: expect.stringContaining("matches other packets") });
		expect(one?.text).not.toContain("node port");
	});

	it("that sends a Service's clients elsewhere belongs to that Service", () => {
		const stray = "-A KUBE-SERVICES -d 10.96.10.20/32 -p tcp -m tcp --dport 80 -j KUBE-SVC-N5W5PH5NLY2BP4HG\n";
		const [one, ...more] = changed(/(?=-A KUBE-SERVICES -d 10.96.10.20)/, stray);
		expect(more).toEqual([]);
		expect(one).toMatchObject({ servicePort: "shop/web:http", text: expect.stringContaining("10.244.1.6:8080") });
	});
});
