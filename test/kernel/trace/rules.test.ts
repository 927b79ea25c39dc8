import { afterAll, expect, it } from "vitest";
import { parseIptables } from "../../../src/lang/iptables/parse.ts";
import type { Family } from "../../../src/net/ip.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { randomFrom, SEED } from "../../support/diff-random.ts";
import { IS_LONG } from "../../support/is-long.ts";
import type { Variant } from "../../support/kernel-load.ts";
import { decidedBy, endDifferences } from "../../support/trace-decided.ts";
import { type LiveNode, liveDifferences, liveTracer, type Sent, sendLive } from "../../support/trace-live.ts";
import { labProblem } from "../../support/trace-problem.ts";
import { RANDOM_NETWORK, randomPacket } from "../../support/trace-random-packet.ts";
import { randomRules } from "../../support/trace-rules.ts";

const RULESETS = IS_LONG ? 400 : 12;
const PACKETS = 40;

describeUnless(await labProblem(), "packets through rules that nobody has", () => {
	const compared: Sent[] = [];
	let endsOnly = 0;
	let undecidedOnes = 0;

	it.each(Array.from({ length: RULESETS }, (_, index) => index))("go the way that trace says: %i", async (index) => {
		const random = randomFrom(SEED + index);
		const family = index % 2 === 0 ? "ipv4" : "ipv6";
		const node = nodeWith(randomRules(random, family), family, index % 4 < 2 ? "legacy" : "nft");
		const sent = await sendLive(
			node,
			Array.from({ length: PACKETS }, () => randomPacket(random, family)),
		);
		const tracer = liveTracer(node, node.state);
		const { ways, ends, undecided } = decidedBy(tracer, sent);
		expect(liveDifferences(node, tracer, ways)).toEqual([]);
		expect(endDifferences(tracer, ends)).toEqual([]);
		compared.push(...ways, ...ends);
		endsOnly += ends.length;
		undecidedOnes += undecided.length;
	});

	it("end in every way, and few are undecided", () => {
		const verdicts = new Set(compared.map(({ recorded }) => recorded.verdict));
		expect([...verdicts].sort()).toEqual(["delivered", "dropped", "forwarded", "rejected"]);
		const masqueraded = compared.filter(({ recorded }) => recorded.masqueraded).length;
		const translated = compared.filter(({ packet, recorded }) => packet.to !== recorded.destination.ip).length;
		expect(Math.min(masqueraded, translated)).toBeGreaterThan(0);
		expect(endsOnly + undecidedOnes).toBeLessThan(compared.length / 20);
	});

	afterAll(() => {
		const packets = `${compared.length} packets, ${endsOnly} of them by their ends, ${undecidedOnes} undecided`;
		console.log(`trace, live: ${packets}; ${RULESETS} random rulesets`);
	});
});

function nodeWith(rules: string, family: Family, variant: Variant): LiveNode {
	const { sections, problems } = parseIptables(rules, "save");
	expect(problems).toEqual([]);
	const nothingElse = { virtualServers: undefined, sets: undefined, dummyIPs: undefined };
	const state = { family, iptables: sections[0]?.tables, ...nothingElse, extent: "node" } as const;
	return { family, variant, network: RANDOM_NETWORK, state, rules, requirements: [], routesLocalnet: false };
}
