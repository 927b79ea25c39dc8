import { afterAll, expect, it } from "vitest";
import { describeUnless } from "../../support/describe-unless.ts";
import { type Random, randomFrom, SEED } from "../../support/diff-random.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { loadsWithNft, nftProblem } from "../../support/nft-load.ts";
import { decidedBy, endDifferences } from "../../support/trace-decided.ts";
import { liveTracer, type Sent, sentDifferences } from "../../support/trace-live.ts";
import { type NftNode, tablesIn } from "../../support/trace-nft-cluster.ts";
import { sendNftLive } from "../../support/trace-nft-live.ts";
import { randomNftTables } from "../../support/trace-nft-rules.ts";
import { labProblem } from "../../support/trace-problem.ts";
import { RANDOM_NETWORK, randomPacket } from "../../support/trace-random-packet.ts";

const RULESETS = IS_LONG ? 600 : 24;
const PACKETS = 40;

describeUnless((await nftProblem()) ?? (await labProblem()), "packets through tables that nobody has", () => {
	const compared: Sent[] = [];
	let endsOnly = 0;
	let undecidedOnes = 0;

	it.each(Array.from({ length: RULESETS }, (_, index) => index))("go the way that trace says: %i", async (index) => {
		const random = randomFrom(SEED + index);
		const node = await randomNode(random, index % 2 === 0 ? "ipv4" : "ipv6");
		const packets = Array.from({ length: PACKETS }, () => randomPacket(random, node.family));
		const sent = await sendNftLive(node, packets);
		const tracer = liveTracer(node, node.state);
		const { ways, ends, undecided } = decidedBy(tracer, sent);
		expect(sentDifferences(tracer, ways, "left")).toEqual([]);
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
		const marked = compared.filter(({ recorded }) => recorded.steps.some((step) => / [1-9]\d*$/.test(step))).length;
		expect(Math.min(masqueraded, translated, marked)).toBeGreaterThan(0);
		expect(endsOnly + undecidedOnes).toBeLessThan(compared.length / 20);
	});

	afterAll(() => {
		const packets = `${compared.length} packets, ${endsOnly} of them by their ends, ${undecidedOnes} undecided`;
		console.log(`trace, live, nftables: ${packets}; ${RULESETS} random sets of tables`);
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
