import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { isLoopback } from "../../../src/net/ip.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { randomFrom, SEED } from "../../support/diff-random.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { arbitraryCluster, compileCluster, type TraceCluster } from "../../support/trace-cluster.ts";
import { EVERYTHING, isHairpin } from "../../support/trace-kinds.ts";
import { liveDifferences, liveTracer, type Sent, sendLive } from "../../support/trace-live.ts";
import { packetsFor } from "../../support/trace-packets.ts";
import { labProblem } from "../../support/trace-problem.ts";
import { printedState } from "../../support/trace-recorded.ts";

const CLUSTERS = IS_LONG ? 600 : 40;
const PACKETS = IS_LONG ? 40 : 15;

describeUnless(await labProblem(), "packets through generated rules", () => {
	const sent: Sent[] = [];
	const clusters = fc.sample(arbitraryCluster, { seed: SEED, numRuns: CLUSTERS });
	const cases = clusters.map((cluster, index) => ({ title: titleOf(cluster, index), cluster, index }));

	it.each(cases)("go the way that trace says: $title", async ({ cluster, index }) => {
		const { model, node } = compileCluster(cluster);
		const packets = packetsFor(model, cluster.network, { random: randomFrom(SEED + index), count: PACKETS });
		const here = await sendLive(node, packets);
		expect(here).toHaveLength(packets.length);
		expect(liveDifferences(node, liveTracer(node, node.state), here)).toEqual([]);
		expect(liveDifferences(node, liveTracer(node, printedState(node)), here)).toEqual([]);
		const lost = here.filter(({ recorded }) => recorded.verdict === "nothing").map(({ packet }) => packet);
		const toLoopback = lost.filter(({ to, inInterface }) => isLoopback(to) && inInterface !== undefined);
		// The routing code drops them, and no rule shows whether it does.
		expect(node.routesLocalnet ? [] : toLoopback).toEqual(lost);
		sent.push(...here);
	});

	it("are of every kind, and end in every way", () => {
		const words = sent.flatMap(({ packet, recorded }) => [...packet.kind.split(" from "), recorded.verdict]);
		expect([...new Set(words)].sort()).toEqual(EVERYTHING);
		expect(sent.filter(isHairpin).length).toBeGreaterThan(0);
	});

	afterAll(() => {
		const lost = sent.filter(({ recorded }) => recorded.verdict === "nothing").length;
		const again = sent.filter(({ packet }) => packet.client === "remembered").length;
		const hairpin = sent.filter(isHairpin).length;
		const parts = `${sent.length - lost} packets compared, ${again} of them with affinity, ${hairpin} hairpin`;
		console.log(`trace, live: ${parts}; ${lost} that the kernel lost; ${CLUSTERS} clusters`);
	});
});

function titleOf({ family, variant, kubeVersion }: TraceCluster, index: number): string {
	return `${index}, ${family}, ${variant}, ${kubeVersion}`;
}
