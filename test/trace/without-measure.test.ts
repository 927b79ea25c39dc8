import { describe, expect, it } from "vitest";
import { DROPPED, filter, IPV4, many, PASSED, traced, unknown } from "../support/broken-dump.ts";
import { dumpWithEndpoints } from "../support/traced.ts";

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
			"150 matches nobody knows, each with a mark of its own bit",
			filter(
				many(
					150,
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
