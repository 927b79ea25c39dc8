import { afterAll, expect, it } from "vitest";
import { describeUnless } from "../../support/describe-unless.ts";
import { type Random, randomFrom, SEED } from "../../support/diff-random.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { loadsWithNft, nftProblem } from "../../support/nft-load.ts";
import { compareDecided, expectEveryEnd, newTally, printTally } from "../../support/trace-decided.ts";
import { liveTracer, sentDifferences } from "../../support/trace-live.ts";
import { type NftNode, tablesIn } from "../../support/trace-nft-cluster.ts";
import { sendNftLive } from "../../support/trace-nft-live.ts";
import { randomNftTables } from "../../support/trace-nft-rules.ts";
import { labProblem } from "../../support/trace-problem.ts";
import { RANDOM_NETWORK, randomPacket } from "../../support/trace-random-packet.ts";

const RULESETS = IS_LONG ? 600 : 24;
const PACKETS = 40;

describeUnless((await nftProblem()) ?? (await labProblem()), "packets through tables that nobody has", () => {
	const tally = newTally();

	it.each(Array.from({ length: RULESETS }, (_, index) => index))("go the way that trace says: %i", async (index) => {
		const random = randomFrom(SEED + index);
		const node = await randomNode(random, index % 2 === 0 ? "ipv4" : "ipv6");
		const packets = Array.from({ length: PACKETS }, () => randomPacket(random, node.family));
		const sent = await sendNftLive(node, packets);
		const tracer = liveTracer(node, node.state);
		compareDecided(tally, tracer, sent, (ways) => sentDifferences(tracer, ways, "left"));
	});

	it("end in every way, and few are undecided", () => {
		expectEveryEnd(tally);
		const marked = tally.compared.filter(({ recorded }) => recorded.steps.some((step) => / [1-9]\d*$/.test(step)));
		expect(marked.length).toBeGreaterThan(0);
	});

	afterAll(() => {
		console.log(`trace, live, nftables: ${printTally(tally)}; ${RULESETS} random sets of tables`);
	});
});

/** The rules are those that nft lists: what it writes in another way is traced, too. */
async function randomNode(random: Random, family: NftNode["family"]): Promise<NftNode> {
	const rules = randomNftTables(random, family);
	const { ok, stderr, listing } = await loadsWithNft(rules);
	if (!ok) throw new Error(`${stderr}\n${rules}`);
	const nothingElse = { iptables: undefined, virtualServers: undefined, sets: undefined, dummyIPs: undefined };
	const state = { family, ...nothingElse, nft: tablesIn(listing), extent: "node" } as const;
	return { family, network: RANDOM_NETWORK, state, rules };
}
