import { describe, expect, it } from "vitest";
import type { Rule } from "../../../src/lang/iptables/ruleset.ts";
import { parseLine, parseWords, problemsOfLine, ruleInC } from "../../support/parse-line.ts";

const accept = { kind: "accept" } as const;
const port80 = { kind: "ports", protocol: "tcp", destinationPort: 80 } as const;

function host(address: string, isNegated = false) {
	return { address, prefixLength: undefined, isNegated };
}

function net(address: string, prefixLength: number, isNegated = false) {
	return { address, prefixLength, isNegated };
}

function device(name: string, isNegated = false) {
	return { name, isNegated };
}

describe("the parts of a rule", () => {
	it.each<[string, Rule]>([
		["-s 10.0.0.1/32", ruleInC({ source: host("10.0.0.1") })],
		["-s 10.0.0.1", ruleInC({ source: host("10.0.0.1") })],
		["! -s 10.0.0.1/32", ruleInC({ source: host("10.0.0.1", true) })],
		["-s ! 10.0.0.1/32", ruleInC({ source: host("10.0.0.1", true) })],
		["--source 10.0.0.1/32", ruleInC({ source: host("10.0.0.1") })],
		["--src 10.0.0.1/32", ruleInC({ source: host("10.0.0.1") })],
		["-d 10.0.0.0/8", ruleInC({ destination: net("10.0.0.0", 8) })],
		["! --dst 10.0.0.0/8", ruleInC({ destination: net("10.0.0.0", 8, true) })],
		["--destination ! 10.0.0.0/8", ruleInC({ destination: net("10.0.0.0", 8, true) })],
		["-d 10.0.0.0/255.0.0.0", ruleInC({ destination: net("10.0.0.0", 8) })],
		["-d 10.0.0.0/255.255.254.0", ruleInC({ destination: net("10.0.0.0", 23) })],
		["-d 10.0.0.1/255.255.255.255", ruleInC({ destination: host("10.0.0.1") })],
		["-d 0.0.0.0/0.0.0.0", ruleInC({ destination: net("0.0.0.0", 0) })],
		["-s fd00::1/128", ruleInC({ source: host("fd00::1") })],
		["-s fd00::/64", ruleInC({ source: net("fd00::", 64) })],
		["-s ::ffff:0.0.0.0/96", ruleInC({ source: net("::ffff:0.0.0.0", 96) })],
		["-s fd00::1/32", ruleInC({ source: net("fd00::1", 32) })],
		["-i eth0", ruleInC({ inInterface: device("eth0") })],
		["! -i eth+", ruleInC({ inInterface: device("eth+", true) })],
		["-i ! eth0", ruleInC({ inInterface: device("eth0", true) })],
		["--in-interface eth0.100", ruleInC({ inInterface: device("eth0.100") })],
		["-o cali+", ruleInC({ outInterface: device("cali+") })],
		["! --out-interface docker0", ruleInC({ outInterface: device("docker0", true) })],
		["-o ! docker0", ruleInC({ outInterface: device("docker0", true) })],
		["-i a -o b", ruleInC({ inInterface: device("a"), outInterface: device("b") })],
		["-p tcp", ruleInC({ protocol: "tcp" })],
		["-p 6", ruleInC({ protocol: "tcp" })],
		["-p TCP", ruleInC({ protocol: "tcp" })],
		["--protocol 17", ruleInC({ protocol: "udp" })],
		["-p 132", ruleInC({ protocol: "sctp" })],
		["-p all", ruleInC({})],
		["-p 0", ruleInC({})],
		["-p icmp", ruleInC({ protocol: device("icmp") })],
		["-p 112", ruleInC({ protocol: device("112") })],
		["! -p icmp", ruleInC({ protocol: device("icmp", true) })],
		["! -p 6", ruleInC({ protocol: device("tcp", true) })],
		["-p ! udp", ruleInC({ protocol: device("udp", true) })],
		["-f", ruleInC({}, [{ kind: "unknown", words: ["-f"] }])],
		["! -f", ruleInC({}, [{ kind: "unknown", words: ["!", "-f"] }])],
		["--fragment", ruleInC({}, [{ kind: "unknown", words: ["--fragment"] }])],
		["-c 1 2 -j ACCEPT", ruleInC({}, [], accept)],
		["--set-counters 1 2 -j ACCEPT", ruleInC({}, [], accept)],
		["-j ACCEPT -s 10.0.0.1", ruleInC({ source: host("10.0.0.1") }, [], accept)],
		["", ruleInC({})],
	])("%s", (words, expected) => {
		expect(parseWords(words)).toEqual(expected);
	});

	it.each([
		["10.0.0.1/32", net("10.0.0.1", 32)],
		["10.0.0.1/255.255.255.255", net("10.0.0.1", 32)],
		["10.0.0.1", host("10.0.0.1")],
		["fd00::1/128", net("fd00::1", 128)],
		["fd00::1", host("fd00::1")],
	])("in restore text, %s keeps the length that was given", (address, expected) => {
		expect(parseWords(`-d ${address}`, "restore")).toEqual(ruleInC({ destination: expected }));
	});

	it.each([
		["-s 10.0.0.0/255.0.255.0"],
		["-s 10.0.0.0/33"],
		["-s fd00::1/ffff::ff"],
		["! -d 10.0.0.1,10.0.0.2"],
		["-s example.com"],
		["-s cafe"],
		["-s localhost/8"],
	])("%s is kept as it is: no address or network", (words) => {
		expect(parseWords(words)).toEqual(ruleInC({}, [{ kind: "unknown", words: words.split(" ") }]));
	});

	it("all have their fields in the order of all rules", () => {
		expect(Object.keys(parseWords("-j ACCEPT"))).toEqual(Object.keys(ruleInC({})));
	});
});

describe("options of a protocol", () => {
	it.each([
		["-p tcp -m tcp --dport 80"],
		["-p tcp --dport 80"],
		["-p 6 --dport 80"],
		["-p tcp --destination-port 80"],
		["--protocol tcp --match tcp --destination-port 80"],
		["-m tcp -p tcp --dport 80"],
		["-m tcp -p tcp -i + --dport 80"],
	])("%s", (words) => {
		const { matches, protocol } = parseWords(words);
		expect({ matches, protocol }).toEqual({ matches: [port80], protocol: "tcp" });
	});

	it("may stand behind those of another match", () => {
		const comment = { kind: "comment", text: "x" } as const;
		expect(parseWords("-p tcp -m comment --comment x --dport 80 -j ACCEPT")).toEqual(
			ruleInC({ protocol: "tcp" }, [comment, port80], accept),
		);
		expect(parseWords("-m tcp -p tcp -m comment --comment x --dport 80 -j ACCEPT")).toEqual(
			ruleInC({ protocol: "tcp" }, [port80, comment], accept),
		);
		expect(parseWords("-p tcp -m state --state NEW --dport 80").matches).toEqual([
			{ kind: "unknown", words: ["-m", "state", "--state", "NEW"] },
			port80,
		]);
		expect(parseWords("-p tcp -m comment --comment x ! --dport 80").matches).toEqual([
			comment,
			{ kind: "unknown", words: ["-m", "tcp", "!", "--dport", "80"] },
		]);
	});

	it.each([
		["-p tcp -m tcp --sport 80", "-m tcp --sport 80"],
		["-p tcp --sport 80", "-m tcp --sport 80"],
		["-p tcp -m tcp --dport 80:90", "-m tcp --dport 80:90"],
		["-p tcp --dport http", "-m tcp --dport http"],
		["-p tcp --dport 65536", "-m tcp --dport 65536"],
		["-p tcp ! --dport 80", "-m tcp ! --dport 80"],
		["-p tcp --dport ! 80", "-m tcp --dport ! 80"],
		["-p tcp -m tcp ! --dport 80", "-m tcp ! --dport 80"],
		["-p tcp -m tcp --dport 80 --tcp-flags SYN,ACK SYN", "-m tcp --dport 80 --tcp-flags SYN,ACK SYN"],
		["-p icmp --icmp-type 8", "-m icmp --icmp-type 8"],
		["-p udplite -m udplite --dport 80", "-m udplite --dport 80"],
	])("%s is kept with its words", (words, expected) => {
		expect(parseWords(words).matches).toEqual([{ kind: "unknown", words: expected.split(" ") }]);
	});

	it("are none without a protocol", () => {
		expect(problemsOfLine("-A C --dport 80 -j ACCEPT")).toHaveLength(1);
	});
});

describe("a rule's line", () => {
	const expected = ruleInC({ protocol: "tcp", source: host("10.0.0.1") }, [port80], accept);

	it.each([
		["-A C -s 10.0.0.1/32 -p tcp -m tcp --dport 80 -j ACCEPT"],
		["[1:2] -A C -s 10.0.0.1/32 -p tcp -m tcp --dport 80 -j ACCEPT"],
		["[18446744073709551615:18446744073709551615] -A C -s 10.0.0.1/32 -p tcp -m tcp --dport 80 -j ACCEPT"],
		["-A C -s 10.0.0.1/32 -p tcp -m tcp --dport 80 -c 1 2 -j ACCEPT"],
		["-A C -s 10.0.0.1/32 -p tcp -m tcp --dport 80 -j ACCEPT -c 1 2"],
		["-A C -s 10.0.0.1/32 -p tcp -m tcp --dport 80 -j ACCEPT\r"],
		["-A C -s 10.0.0.1/32 -p tcp -m tcp --dport 80 -j ACCEPT  "],
		["  -A C -s 10.0.0.1/32 -p tcp -m tcp --dport 80 -j ACCEPT"],
		["-A  C  -s 10.0.0.1/32   -p tcp -m tcp --dport 80 -j  ACCEPT"],
		["-A\tC\t-s\t10.0.0.1/32\t-p tcp\t-m tcp --dport 80 -j ACCEPT\t"],
		["-A C --source 10.0.0.1 --protocol tcp --match tcp --dport 80 --jump ACCEPT"],
		["-A C --jump ACCEPT --match tcp --dport 80 --protocol tcp --source 10.0.0.1"],
	])("%j", (line) => {
		expect(parseLine(line)).toEqual(expected);
	});

	it.each([
		["-A C -j"],
		["-A C -s"],
		["-A C -s !"],
		["-A C -m"],
		["-A C -c 1"],
		["-A C ! -j ACCEPT"],
		["-A C ! -m tcp"],
		["-A C foo"],
		["-A C -p tcp foo"],
		["-A C -p tcp -A C"],
		["-A C !"],
		["-A C -p tcp !"],
		["-A C -j ACCEPT -j DROP"],
		["-A C -j ACCEPT -g D"],
		["-A C -g D --option"],
		["-A C -s 10.0.0.1 -s 10.0.0.2"],
		["-A C -d 10.0.0.1 -d 10.0.0.2"],
		["-A C -i a -i b"],
		["-A C -o a -o b"],
		["-A C -p tcp -p udp"],
		["-A C -t nat"],
		["-I C -j ACCEPT"],
		["-A"],
		["-"],
		["[1:2]"],
		["[1:2 -A C -j ACCEPT"],
	])("%s is a problem", (line) => {
		const problems = problemsOfLine(line);
		expect(problems).toHaveLength(1);
		expect(problems[0]).toMatch(/^expected /);
	});
});
