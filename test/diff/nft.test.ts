import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { commuteNft } from "../../src/diff/nft/commute.ts";
import { nftTransaction } from "../../src/diff/nft/transaction.ts";
import { parseIptables } from "../../src/lang/iptables/parse.ts";
import { tryTransaction } from "../../src/lang/nft/apply-transaction.ts";
import { parseRule } from "../../src/lang/nft/parse-rule.ts";
import type { NodeState } from "../../src/lang/node-state.ts";
import { compiledNft, listingOf, nftStateOf, smallNftCases } from "../support/nft-diff-states.ts";

const CASE = smallNftCases().find(({ name }) => name === "98-kitchen-sink");

function wantedState(): NodeState {
	const wanted = CASE && compiledNft(CASE.read, "1.36", "ipv4");
	if (wanted === undefined) throw new Error("98-kitchen-sink is not compiled");
	return wanted;
}

const wanted = wantedState();
const listing = listingOf(wanted);

function against(text: string) {
	return diff(nftStateOf(text, "ipv4"), wanted, { telling: "live" });
}

describe("what does not count in tables of nftables", () => {
	it.each([
		["order of elements", (text: string) => text.replaceAll(/elements = \{ (.*?) \}\n/gs, reversed)],
		["comments", (text: string) => text.replaceAll(/ comment "[^"]*"/g, "")],
		["numbers of rules", (text: string) => text.replaceAll(/^(\t\t(?:ip|ct|jump|meta) .*)$/gm, "$1 # handle 7")],
		["counters", (text: string) => text.replaceAll(/^(\t\t.*)(jump \S+)$/gm, "$1counter packets 5 bytes 300 $2")],
		[
			"order of random numbers",
			(text: string) => text.replaceAll(/0 : goto (\S+), 1 : goto (\S+)/g, "0 : goto $2, 1 : goto $1"),
		],
		["order of chains", (text: string) => text.replace(/(\tchain services \{.*?\n\t\}\n)\n(.*)\}\n$/s, "$2\n$1}\n")],
	] as const)("%s", (_, change) => {
		const text = change(listing);
		expect(text).not.toBe(listing);
		expect(against(text)).toMatchObject({ equal: true, services: [], findings: [] });
	});

	it("clients that a set remembers", () => {
		const affinity = smallNftCases().find(({ name }) => name === "38-affinity-clusterip");
		const state = affinity && compiledNft(affinity.read, "1.36", "ipv4");
		const text = listingOf(state ?? wanted).replaceAll(
			/(\ttimeout 3h\n)/g,
			"$1\t\telements = { 10.244.1.9 timeout 3h expires 2h59m }\n",
		);
		expect(text).toContain("expires");
		expect(diff(nftStateOf(text, "ipv4"), state ?? wanted)).toMatchObject({ equal: true });
	});
});

function reversed(_: string, elements: string): string {
	return `elements = { ${elements.split(",").reverse().join(",")} }\n`;
}

describe("what counts in the parts that all Services share", () => {
	it.each([
		[
			"a jump is gone",
			"nat-prerouting {\n",
			"\t\tjump services\n",
			"",
			"from pods and from outside to any Service are not translated",
		],
		[
			"the priority is another one",
			"nat-output {\n",
			"priority -100",
			"priority 0",
			"nat-output: 1 line too many on the node, 1 line missing on the node",
		],
		["an address of node ports is gone", "nodeport-ips {\n", "192.0.2.11", "192.0.2.99", "node ports do not answer"],
	] as const)("%s", (_, behind, old, text, message) => {
		const at = listing.indexOf(behind);
		const broken = listing.slice(0, at) + listing.slice(at).replace(old, text);
		const { equal, services } = against(broken);
		expect({ equal, owners: services.map(({ servicePort }) => servicePort) }).toEqual({
			equal: false,
			owners: ["shared"],
		});
		expect(services[0]?.changes.map((change) => change.message).join("\n")).toContain(message);
	});

	it("a chain that nobody calls is left over", () => {
		const chain = "\tchain service-AAAAAAAA-old/gone/tcp/http {\n\t\tdrop\n\t}\n";
		const { services, findings } = against(listing.replace(/\}\n$/, `\n${chain}}\n`));
		expect(services.map(({ servicePort }) => servicePort)).toEqual(["old/gone:http"]);
		expect(findings).toEqual([
			{
				code: "CHAIN_UNREACHABLE",
				severity: "warning",
				message: "table ip kube-proxy: no rule leads to service-AAAAAAAA-old/gone/tcp/http",
			},
		]);
	});

	it.each([
		["counter packets 3 bytes 180", "counter"],
		["ip saddr 192.0.2.7 counter packets 3 bytes 180", "ip saddr 192.0.2.7 counter"],
	])("a rule that only counts (%s), which goes with what else differs", (rule, shown) => {
		const counting = nftStateOf(listing.replace("chain services {\n", `chain services {\n\t\t${rule}\n`), "ipv4");
		const { equal, removed, added } = diff(counting, wanted, { telling: "live" });
		expect({ equal, removed: removed.map(({ text }) => text), added }).toEqual({
			equal: false,
			removed: [`add rule ip kube-proxy services ${shown}`],
			added: [],
		});
		const { tables, refused } = tryTransaction(nftTransaction(counting, wanted), counting.nft);
		expect(refused).toBeUndefined();
		expect(diff({ ...counting, nft: tables }, wanted).equal).toBe(true);
		const later = nftStateOf(
			listing.replace("chain services {\n", `chain services {\n\t\t${rule.replace("3", "4")}\n`),
			"ipv4",
		);
		expect(diff(counting, later).equal).toBe(true);
	});

	it.each([
		"counter packets 3 bytes 180",
		"ip saddr 192.0.2.7 counter",
	])("a rule at the end of a chain that only counts (%s)", (rule) => {
		const counting = nftStateOf(
			listing.replace(/chain services \{\n(?:[^}]*\n)*?\t\}/, (chain) => chain.replace(/\t\}$/, `\t\t${rule}\n\t}`)),
			"ipv4",
		);
		expect(diff(counting, wanted).removed).toHaveLength(1);
		const { tables, refused } = tryTransaction(nftTransaction(counting, wanted), counting.nft);
		expect(refused).toBeUndefined();
		expect(diff({ ...counting, nft: tables }, wanted)).toMatchObject({ equal: true });
	});

	it("a table that is switched off", () => {
		const off = nftStateOf(listing.replace("kube-proxy {\n", "kube-proxy {\n\tflags dormant\n"), "ipv4");
		const { equal, services } = diff(off, wanted, { telling: "live" });
		expect({ equal, owners: services.map(({ servicePort }) => servicePort) }).toEqual({
			equal: false,
			owners: ["shared"],
		});
		expect(services[0]?.changes.map(({ message }) => message)).toEqual([
			"table ip kube-proxy: too many on the node: flags dormant: it is switched off, and none of its rules counts",
		]);
		const { tables, refused } = tryTransaction(nftTransaction(off, wanted), off.nft);
		expect(refused).toBeUndefined();
		expect(diff({ ...off, nft: tables }, wanted).equal).toBe(true);
	});

	it("an object of somebody else in its table, with the name of both", () => {
		const object = "\tcounter cc {\n\t\tpackets 0 bytes 0\n\t}\n";
		const { services, removed } = against(listing.replace("kube-proxy {\n", `kube-proxy {\n${object}`));
		expect(services.map(({ servicePort, changes }) => [servicePort, ...changes.map(({ message }) => message)])).toEqual(
			[["shared", "table ip kube-proxy: too many on the node: counter cc { packets 0 bytes 0 }"]],
		);
		expect(removed.map(({ text }) => text)).toEqual(["add table ip kube-proxy { counter cc { packets 0 bytes 0 } ; }"]);
	});

	it("nothing at all", () => {
		const { services } = against("");
		expect(services[0]).toMatchObject({ servicePort: "shared" });
		expect(services[0]?.changes[0]?.message).toContain("none of kube-proxy's rules");
	});
});

const CHAIN = (hook: string, rules: string) => `table inet fw {\n\tchain c {\n\t\t${hook}\n${rules}\t}\n}\n`;
const PREROUTING = "type nat hook prerouting priority dstnat; policy accept;";
const FORWARD = "type filter hook forward priority filter; policy accept;";

describe("tables of somebody else", () => {
	it.each([
		["that let everything pass", CHAIN(FORWARD, "\t\taccept\n"), []],
		["that drop something", CHAIN(FORWARD, "\t\tip saddr 10.0.0.1 drop\n"), ["RULE_IN_FRONT warning"]],
		["that drop everything", CHAIN(FORWARD, "\t\tcounter drop\n"), ["RULE_IN_FRONT error"]],
		["that drop the rest", CHAIN(FORWARD.replace("accept", "drop"), ""), ["RULE_IN_FRONT warning"]],
		["that translate first", CHAIN(PREROUTING, "\t\ttcp dport 80 redirect to :8080\n"), ["RULE_IN_FRONT warning"]],
		["that translate later", CHAIN(PREROUTING.replace("dstnat", "0"), "\t\ttcp dport 80 redirect to :8080\n"), []],
		[
			"that another mode made",
			"table ip nat {\n\tchain KUBE-SERVICES {\n\t}\n\n\tchain KUBE-FIREWALL {\n\t\tdrop\n\t}\n}\n",
			["LEFTOVER_MODE warning"],
		],
		["that see the other family", "table ip6 nat {\n\tchain KUBE-SERVICES {\n\t}\n}\n", []],
		["of every kind", readFileSync("fixtures/listings/foreign.txt", "utf8"), ["RULE_IN_FRONT warning"]],
	] as const)("%s", (_, table, expected) => {
		const { equal, services, findings } = against(listing + table);
		expect({ equal, services }).toEqual({ equal: true, services: [] });
		expect(findings.map(({ code, severity }) => `${code} ${severity}`)).toEqual(expected);
	});
});

describe("what another mode left behind", () => {
	it("is told, from a dump of iptables too", () => {
		const { sections } = parseIptables("*nat\n:KUBE-SERVICES - [0:0]\n:KUBE-FIREWALL - [0:0]\nCOMMIT\n", "save");
		const state = { ...nftStateOf(listing, "ipv4"), iptables: sections[0]?.tables };
		const { equal, findings } = diff(state, wanted, { telling: "live", nftTables: ["ip kube-proxy"] });
		expect(equal).toBe(true);
		expect(findings).toEqual([
			{
				code: "LEFTOVER_MODE",
				severity: "warning",
				message:
					"left behind by the iptables mode: 1 chain of table nat (KUBE-SERVICES); svcnat cleanup --proxy-mode iptables --no-settings removes it",
			},
		]);
	});
});

describe("rules of nftables that may change places", () => {
	it.each([
		["ip daddr 10.0.0.1 drop", "ip daddr 10.0.0.2 accept", true],
		["ip daddr 10.0.0.1 drop", "ip saddr 10.0.0.2 accept", false],
		["ip daddr 10.0.0.1 drop", "ip saddr 10.0.0.2 drop", true],
		["ip daddr 10.0.0.0/8 drop", "ip daddr 10.0.0.2 accept", false],
		["meta l4proto tcp drop", "meta l4proto udp accept", true],
		["ct state new drop", "ct state established accept", false],
		["counter meta mark set meta mark | 0x00000001 ip daddr 10.0.0.1 accept", "ip daddr 10.0.0.2 drop", false],
		["ip daddr 10.0.0.1 ip daddr set 10.0.0.2", "ip daddr 10.0.0.2 drop", false],
		["ip saddr 10.0.0.1 jump a", "ip daddr 10.0.0.2 jump a", false],
	] as const)("%s and %s: %s", (first, second, expected) => {
		const [a, b] = [parseRule(first, "listing"), parseRule(second, "listing")];
		expect([commuteNft(a, b), commuteNft(b, a)]).toEqual([expected, expected]);
	});
});
