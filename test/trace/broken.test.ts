import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runInProcess } from "../support/run-in-process.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { dumpWithEndpoints } from "../support/traced.ts";

const TO = "10.96.0.9:80";

interface Answer {
	readonly status: number;
	readonly verdicts: readonly string[];
	/** Both streams, but for the JSON. */
	readonly said: string;
}

/** Traces a packet from outside through a dump, for programs and for people. */
async function traced(dump: string, args: readonly string[] = ["--from", "external", "--to", TO]): Promise<Answer> {
	const file = join(temporaryDirectory(), "dump.txt");
	writeFileSync(file, dump);
	const run = (...more: string[]) => runInProcess(["trace", "--rules", file, ...args, ...more]);
	const [json, text] = [await run("-o", "json"), await run()];
	expect(text.status).toBe(json.status);
	if (json.status !== 0) {
		expect(json.stdout).toBe("");
		return { status: json.status, verdicts: [], said: json.stderr };
	}
	const { outcomes } = JSON.parse(json.stdout) as { outcomes: readonly Outcome[] };
	expect(outcomes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
	const verdicts = outcomes.map(
		({ verdict, destination: { ip, port }, reason }) =>
			`${verdict} ${ip}:${port}${verdict === "unknown" ? `: ${reason}` : ""}`,
	);
	return { status: json.status, verdicts, said: text.stdout + text.stderr };
}

interface Outcome {
	readonly probability: number;
	readonly verdict: string;
	readonly destination: { readonly ip: string; readonly port: number };
	readonly reason: string;
}

/** A dump of the filter table with some rules; every chain that has a rule is there. */
function filter(rules: readonly string[], policy = "ACCEPT"): string {
	const chains = new Set(rules.map((rule) => rule.split(" ")[1] ?? "").filter((chain) => chain !== "FORWARD"));
	const declared = [...chains].map((chain) => `:${chain} - [0:0]`);
	return `*filter\n:FORWARD ${policy} [0:0]\n${[...declared, ...rules].join("\n")}\nCOMMIT\n`;
}

function nat(rules: readonly string[]): string {
	return `*nat\n:PREROUTING ACCEPT [0:0]\n${rules.join("\n")}\nCOMMIT\n`;
}

const IPV4 = ["--ip-family", "ipv4", "--from", "external", "--to", TO];
const PASSED = `forwarded ${TO}`;
const DROPPED = `dropped ${TO}`;
const unknown = (reason: string, to = TO): readonly string[] => [
	expect.stringContaining(`unknown ${to}: `) && expect.stringContaining(reason),
];

const many = (count: number, line: (index: number) => string): readonly string[] =>
	Array.from({ length: count }, (_, index) => line(index));

describe("a trace through broken rules", () => {
	it.each<readonly [what: string, dump: string, verdicts: readonly string[]]>([
		["a jump to a chain that is missing", filter(["-A FORWARD -j LOST"]), unknown("chain LOST, which is not there")],
		["a goto to a chain that is missing", filter(["-A FORWARD -g LOST"]), unknown("chain LOST, which is not there")],
		[
			"a jump to a missing chain that the packet does not take",
			filter(["-A FORWARD -s 10.9.9.9/32 -j LOST"]),
			[PASSED],
		],
		["a chain that jumps to itself", filter(["-A FORWARD -j A", "-A A -j A"]), unknown("chain A again and again")],
		["a chain that goes to itself", filter(["-A FORWARD -g A", "-A A -g A"]), unknown("chain A again and again")],
		["a base chain that jumps to itself", filter(["-A FORWARD -j FORWARD"]), unknown("FORWARD again and again")],
		[
			"a loop over three chains",
			filter(["-A FORWARD -j A", "-A A -j B", "-A B -g C", "-A C -j A"]),
			unknown("again and again"),
		],
		[
			"a loop behind a match that nobody knows",
			filter(["-A FORWARD -j A", "-A A -m limit --limit 3/sec -j A"]),
			unknown("-m limit --limit 3/sec -j A"),
		],
		[
			"a chain that is called twice, which is no loop",
			filter(["-A FORWARD -j A", "-A FORWARD -j A", "-A A -j LOG"]),
			[PASSED],
		],
		["a policy of DROP", filter(["-A FORWARD -j LOG"], "DROP"), [DROPPED]],
		["a policy of DROP and no rules", filter([], "DROP"), [DROPPED]],
		["a policy of DROP behind a chain that runs out", filter(["-A FORWARD -j A", "-A A -j LOG"], "DROP"), [DROPPED]],
		[
			"a policy of DROP behind a RETURN in the base chain",
			filter(["-A FORWARD -j RETURN", "-A FORWARD -j ACCEPT"], "DROP"),
			[DROPPED],
		],
		[
			"a policy of DROP behind a goto",
			filter(["-A FORWARD -g A", "-A FORWARD -j ACCEPT", "-A A -j LOG"], "DROP"),
			[DROPPED],
		],
		[
			"a policy of DROP behind a RETURN after a goto",
			filter(["-A FORWARD -g A", "-A FORWARD -j ACCEPT", "-A A -j RETURN"], "DROP"),
			[DROPPED],
		],
		["a table nobody knows", `*strange\n:FORWARD DROP [0:0]\n-A FORWARD -j DROP\nCOMMIT\n${filter([])}`, [PASSED]],
		["a target nobody knows", filter(["-A FORWARD -j TARPIT"]), unknown("TARPIT")],
		[
			"rules with counters",
			filter(["[12:3456] -A FORWARD -j DROP"].map((line) => line)).replace(/:\[12:3456\] - \[0:0\]\n/, ""),
			[DROPPED],
		],
		[
			"a DNAT without a port",
			nat(["-A PREROUTING -p tcp -j DNAT --to-destination 10.1.2.3"]),
			["forwarded 10.1.2.3:80"],
		],
		[
			"a DNAT to a port alone",
			nat(["-A PREROUTING -p tcp -j DNAT --to-destination :8080"]),
			unknown("DNAT --to-destination :8080"),
		],
		[
			"a DNAT to a range of addresses",
			nat(["-A PREROUTING -p tcp -j DNAT --to-destination 10.1.2.3-10.1.2.9"]),
			unknown("DNAT --to-destination 10.1.2.3-10.1.2.9"),
		],
		[
			"a DNAT to a range of ports",
			nat(["-A PREROUTING -p tcp -j DNAT --to-destination 10.1.2.3:80-90"]),
			unknown("DNAT --to-destination 10.1.2.3:80-90"),
		],
		[
			"a DNAT to a name",
			nat(["-A PREROUTING -p tcp -j DNAT --to-destination web.example:80"]),
			unknown("DNAT --to-destination web.example:80"),
		],
		["a DNAT to nothing", nat(["-A PREROUTING -p tcp -j DNAT"]), unknown("DNAT")],
		[
			"a DNAT to an address that is none",
			nat(["-A PREROUTING -p tcp -j DNAT --to-destination 999.1.2.3:80"]),
			unknown("999.1.2.3"),
		],
		[
			"a DNAT to a port that is none",
			nat(["-A PREROUTING -p tcp -j DNAT --to-destination 10.1.2.3:99999"]),
			unknown("99999"),
		],
		["a REDIRECT", nat(["-A PREROUTING -p tcp -j REDIRECT --to-ports 8080"]), unknown("REDIRECT --to-ports 8080")],
		[
			"a chance of nothing",
			filter(["-A FORWARD -m statistic --mode random --probability 0.00000000000 -j DROP"]),
			[PASSED],
		],
		[
			"a chance of all",
			filter(["-A FORWARD -m statistic --mode random --probability 1.00000000000 -j DROP"]),
			[DROPPED],
		],
		["a text with carriage returns", filter(["-A FORWARD -j DROP"]).replaceAll("\n", "\r\n"), [DROPPED]],
	])("%s", async (_, dump, verdicts) => {
		expect(await traced(dump, IPV4)).toMatchObject({ status: 0, verdicts });
	});

	const whole = dumpWithEndpoints(3);
	it.each<readonly [what: string, dump: string, args: readonly string[], message: string]>([
		["an empty file", "", IPV4, "--rules"],
		["blanks", "\n\n", IPV4, "--rules"],
		["something else", "hello\n", IPV4, "--rules"],
		["a file cut off in the middle", whole.slice(0, whole.length / 2), IPV4, "not complete"],
		["a file cut off before its last line", whole.replace("COMMIT\n", ""), IPV4, "not complete"],
		["what nft list ruleset prints", "table ip nat {\n\tchain PREROUTING {\n\t}\n}\n", IPV4, "nft"],
		[
			"rules of the other family",
			"*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -d fd00::1/128 -j DROP\nCOMMIT\n",
			["--from", "external", "--to", TO],
			"expected rules of ipv4",
		],
		["a node without an address", whole, ["--from", "external", "--to", "node:30080"], "--node-ip"],
		["a packet from a node without an address", whole, ["--from", "node", "--to", TO], "--node-ip"],
		["a Service by its name", whole, ["--from", "external", "--to", "web.shop:80"], "-f"],
	])("%s is refused with a reason", async (_, dump, args, message) => {
		const { status, said } = await traced(dump, args);
		expect({ status, said }).toEqual({ status: 2, said: expect.stringContaining(message) });
	});

	it("a chain cut off in the middle ends where it ends", async () => {
		// The last rule, which takes what the lots before it left, is gone.
		const cut = whole.replace(/^-A KUBE-SVC-\S+ (?!.*statistic).*\n/m, "");
		const { verdicts } = await traced(cut);
		expect(verdicts).toEqual(["forwarded 10.244.0.0:80", "forwarded 10.244.0.1:80", PASSED]);
	});
});

describe("a trace through rules without measure", () => {
	const statistic = "-m statistic --mode random --probability 0.50000000000";
	const limit = "-m limit --limit 3/sec";
	const deep = (count: number): readonly string[] => [
		"-A FORWARD -j C0",
		...many(count, (index) => `-A C${index} -j C${index + 1}`),
	];

	it.each<readonly [what: string, dump: string, verdicts: readonly string[]]>([
		[
			"100,000 rules for others",
			filter(
				many(100_000, (index) => `-A FORWARD -s 10.${index >> 16}.${(index >> 8) & 255}.${index & 255}/32 -j DROP`),
			),
			[PASSED],
		],
		["100,000 rules that only count", filter(many(100_000, () => "-A FORWARD")), [PASSED]],
		[
			"30,000 marks",
			filter(many(30_000, (index) => `-A FORWARD -j MARK --set-xmark 0x${(index % 7).toString(16)}/0xffffffff`)),
			[PASSED],
		],
		[
			"30,000 jumps to a chain that runs out",
			filter([...many(30_000, () => "-A FORWARD -j A"), "-A A -j LOG"]),
			[PASSED],
		],
		["chains 1,000 jumps deep", filter([...deep(999), "-A C999 -j DROP"]), [DROPPED]],
		["chains 1,000 jumps deep, and back", filter([...deep(999), "-A C999 -j LOG", "-A FORWARD -j DROP"]), [DROPPED]],
		[
			"chains 20,000 jumps deep",
			filter([...deep(20_000), "-A C20000 -j DROP"]),
			unknown("from chain to chain more than"),
		],
		[
			"chains that jump twice to the next, 40 deep",
			filter([
				"-A FORWARD -j C0",
				...many(40, (index) => `-A C${index} -j C${index + 1}\n-A C${index} -j C${index + 1}`),
				"-A C40 -j LOG",
			]),
			unknown("more ways through these rules than can be followed"),
		],
		[
			"300 matches nobody knows, in rules that drop",
			filter(many(300, () => `-A FORWARD ${limit} -j DROP`)),
			unknown("-m limit"),
		],
		[
			"300 matches nobody knows, in rules that only log",
			filter(many(300, () => `-A FORWARD ${limit} -j LOG`)),
			[PASSED],
		],
		[
			"300 matches nobody knows, in rules that call a chain",
			filter([...many(300, () => `-A FORWARD ${limit} -j A`), "-A A -j LOG"]),
			[PASSED],
		],
		[
			"300 matches nobody knows, in rules that set a mark",
			filter(many(300, () => `-A FORWARD ${limit} -j MARK --set-xmark 0x4/0xc`)),
			[PASSED],
		],
		[
			"300 matches nobody knows, before a rule that drops all",
			filter([
				...many(300, (index) => `-A FORWARD ${limit} -j ${index % 2 === 0 ? "A" : "DROP"}`),
				"-A A -j LOG",
				"-A FORWARD -j DROP",
			]),
			[DROPPED],
		],
		[
			"300 matches nobody knows, each with a mark of its own bit",
			filter(
				many(
					300,
					(index) =>
						`-A FORWARD ${limit} -j MARK --set-xmark 0x${(2 ** (index % 32)).toString(16)}/0x${(2 ** (index % 32)).toString(16)}`,
				),
			),
			unknown(""),
		],
		["50,000 matches nobody knows", filter(many(50_000, () => `-A FORWARD ${limit} -j DROP`)), unknown("")],
	])(
		"%s",
		async (_, dump, verdicts) => {
			expect((await traced(dump, IPV4)).verdicts).toEqual(verdicts);
		},
		30_000,
	);

	it.each([40, 1000])("%i lots in a row that change nothing are followed as far as can be", async (count) => {
		const { verdicts } = await traced(filter(many(count, () => `-A FORWARD ${statistic} -j LOG`)), IPV4);
		const others = new Set(verdicts.filter((verdict) => verdict !== PASSED));
		expect(others).toEqual(new Set(unknown("more ways through these rules")));
	});

	it("100,000 lots behind a match that nobody knows are compared", async () => {
		const lot = "-m statistic --mode random --probability 0.00001000000";
		const rules = [`-A FORWARD ${limit} -j LOG`, `-A FORWARD ${limit} -j A`, "-A A -j LOG"];
		const { verdicts } = await traced(filter([...rules, ...many(100_000, () => `-A FORWARD ${lot} -j DROP`)]), IPV4);
		expect(new Set(verdicts).size).toBeLessThanOrEqual(3);
	});

	it("5,000 endpoints of one service port have equal parts", async () => {
		const { verdicts } = await traced(dumpWithEndpoints(5000));
		expect(new Set(verdicts).size).toBe(5000);
	});

	it("5,000 endpoints, and rules of others behind them, are told apart", async () => {
		const foreign = filter(many(20, (index) => `-A FORWARD -s 10.9.9.${index}/32 ${limit} -j DROP`));
		const { verdicts } = await traced(dumpWithEndpoints(5000) + foreign);
		expect(new Set(verdicts).size).toBe(5000);
	});

	it("250 endpoints, and 50 matches nobody knows behind them, are said to be unknown", async () => {
		const foreign = filter(many(50, () => `-A FORWARD ${limit} -j DROP`));
		const { verdicts } = await traced(dumpWithEndpoints(250) + foreign);
		expect(verdicts).toHaveLength(250);
		expect(verdicts.every((verdict) => verdict.startsWith("unknown 10.244."))).toBe(true);
	});
});
