import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { isLoopback } from "../../../src/net/ip.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { randomFrom, SEED } from "../../support/diff-random.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { loadsWithNft, nftProblem } from "../../support/nft-load.ts";
import { EVERYTHING, isHairpin } from "../../support/trace-kinds.ts";
import { liveTracer, type Sent, sentDifferences } from "../../support/trace-live.ts";
import { arbitraryNftCluster, compileNftCluster } from "../../support/trace-nft-cluster.ts";
import { FOREIGN_TABLES } from "../../support/trace-nft-foreign.ts";
import { sendNftLive } from "../../support/trace-nft-live.ts";
import { packetsFor } from "../../support/trace-packets.ts";
import { labProblem } from "../../support/trace-problem.ts";

const CLUSTERS = IS_LONG ? 600 : 40;
const PACKETS = IS_LONG ? 40 : 15;

describeUnless((await nftProblem()) ?? (await labProblem()), "packets through generated tables of nftables", () => {
	const sent: Sent[] = [];
	const clusters = fc.sample(arbitraryNftCluster, { seed: SEED, numRuns: CLUSTERS });
	const cases = clusters.map((cluster, index) => ({
		title: `${index}, ${cluster.family}, ${cluster.kubeVersion}`,
		cluster,
		index,
	}));

	it.each(cases)("go the way that trace says: $title", async ({ cluster, index }) => {
		const foreign = FOREIGN_TABLES[index % FOREIGN_TABLES.length] ?? "";
		const { model, node } = compileNftCluster(cluster, await listed(foreign));
		const packets = packetsFor(model, cluster.network, { random: randomFrom(SEED + index), count: PACKETS });
		const here = await sendNftLive(node, packets);
		expect(here).toHaveLength(packets.length);
		expect(sentDifferences(liveTracer(node, node.state), here, "left")).toEqual([]);
		sent.push(...here);
	});

	it("are of every kind, and end in every way", () => {
		const words = sent.flatMap(({ packet, recorded }) => [...packet.kind.split(" from "), recorded.verdict]);
		expect([...new Set(words)].sort()).toEqual(EVERYTHING);
		expect(sent.filter(isHairpin).length).toBeGreaterThan(0);
		const lost = sent.filter(({ recorded }) => recorded.verdict === "nothing").map(({ packet }) => packet);
		// The routing code drops them: node ports of nftables do not need it to let them pass.
		expect(lost.filter(({ to, inInterface }) => isLoopback(to) && inInterface !== undefined)).toEqual(lost);
	});

	afterAll(() => {
		const lost = sent.filter(({ recorded }) => recorded.verdict === "nothing").length;
		const again = sent.filter(({ packet }) => packet.client === "remembered").length;
		const hairpin = sent.filter(isHairpin).length;
		const parts = `${sent.length - lost} packets compared, ${again} of them with affinity, ${hairpin} hairpin`;
		console.log(`trace, live, nftables: ${parts}; ${lost} that the kernel lost; ${CLUSTERS} clusters`);
	});
});

/** Tables as nft lists them: it writes some things in another way. */
async function listed(tables: string): Promise<string> {
	if (tables === "") return tables;
	const { ok, stderr, listing } = await loadsWithNft(tables);
	if (!ok) throw new Error(stderr);
	return listing;
}
