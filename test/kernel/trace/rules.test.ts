import { afterAll, expect, it } from "vitest";
import { parseIptables } from "../../../src/lang/iptables/parse.ts";
import type { Family } from "../../../src/net/ip.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { randomFrom, SEED } from "../../support/diff-random.ts";
import { IS_LONG } from "../../support/is-long.ts";
import type { Variant } from "../../support/kernel-load.ts";
import { compareDecided, expectEveryEnd, newTally, printTally } from "../../support/trace-decided.ts";
import { type LiveNode, liveDifferences, liveTracer, sendLive } from "../../support/trace-live.ts";
import { labProblem } from "../../support/trace-problem.ts";
import { RANDOM_NETWORK, randomPacket } from "../../support/trace-random-packet.ts";
import { randomRules } from "../../support/trace-rules.ts";

const RULESETS = IS_LONG ? 400 : 12;
const PACKETS = 40;

describeUnless(await labProblem(), "packets through rules that nobody has", () => {
	const tally = newTally();

	it.each(Array.from({ length: RULESETS }, (_, index) => index))("go the way that trace says: %i", async (index) => {
		const random = randomFrom(SEED + index);
		const family = index % 2 === 0 ? "ipv4" : "ipv6";
		const node = nodeWith(randomRules(random, family), family, index % 4 < 2 ? "legacy" : "nft");
		const sent = await sendLive(
			node,
			Array.from({ length: PACKETS }, () => randomPacket(random, family)),
		);
		const tracer = liveTracer(node, node.state);
		compareDecided(tally, tracer, sent, (ways) => liveDifferences(node, tracer, ways));
	});

	it("end in every way, and few are undecided", () => {
		expectEveryEnd(tally);
	});

	afterAll(() => {
		console.log(`trace, live: ${printTally(tally)}; ${RULESETS} random rulesets`);
	});
});

function nodeWith(rules: string, family: Family, variant: Variant): LiveNode {
	const { sections, problems } = parseIptables(rules, "save");
	expect(problems).toEqual([]);
	const nothingElse = { virtualServers: undefined, sets: undefined, dummyIPs: undefined };
	const state = { family, iptables: sections[0]?.tables, ...nothingElse, extent: "node" } as const;
	return { family, variant, network: RANDOM_NETWORK, state, rules, requirements: [], routesLocalnet: false };
}
