import { describe, expect, it } from "vitest";
import { DROPPED, filter, IPV4, nat, PASSED, TO, traced, unknown } from "../support/broken-dump.ts";
import { dumpWithEndpoints } from "../support/traced.ts";

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
		["what nft list ruleset prints, cut off", "table ip nat {\n\tchain PREROUTING {\n", IPV4, "dump"],
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
