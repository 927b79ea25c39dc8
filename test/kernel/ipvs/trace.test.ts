import { afterAll, expect, it } from "vitest";
import { newTracer } from "../../../src/trace/trace.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { randomFrom, SEED } from "../../support/diff-random.ts";
import { capturedNode, generatedNodes } from "../../support/ipvs-trace-cluster.ts";
import { checkRecorded } from "../../support/ipvs-trace-compare.ts";
import { connectionsTo } from "../../support/ipvs-trace-dial.ts";
import { dialDifference } from "../../support/ipvs-trace-dial-compare.ts";
import { askingNode } from "../../support/ipvs-trace-hooks.ts";
import { runInLabs } from "../../support/ipvs-trace-lab.ts";
import { packetsTo, recordingLab } from "../../support/ipvs-trace-packets.ts";
import { dialsTo, SPREADS, spreadLab, virtualIP } from "../../support/ipvs-trace-spread.ts";
import { spreadProblems } from "../../support/ipvs-trace-spread-compare.ts";
import { wiredNode } from "../../support/ipvs-trace-wired.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { oracleCases } from "../../support/oracle.ts";
import type { LabResult } from "../../support/trace-lab.ts";
import type { LabDialed } from "../../support/wired-dial.ts";

const PACKETS = IS_LONG ? 60 : 30;
const FAMILIES = ["ipv4", "ipv6"] as const;

/** What packets to each kind of frontend meet: `nothing` is what the kernel loses after the last rule. */
const FATES = [
	...["forwarded: cluster IP", "rejected: cluster IP", "nothing: cluster IP"],
	...["forwarded: external IP, Cluster", "rejected: external IP, Cluster", "forwarded: external IP, Local"],
	...[
		"forwarded: load-balancer IP, Cluster",
		"rejected: load-balancer IP, Cluster",
		"dropped: load-balancer IP, Cluster",
	],
	...["forwarded: load-balancer IP, Local", "dropped: load-balancer IP, Local"],
	...["forwarded: node port, Cluster", "rejected: node port, Cluster", "delivered: node port, Cluster"],
	...["forwarded: node port, Local", "delivered: node port on loopback", "delivered: health-check node port"],
	...["rejected: unserved port of a cluster IP", "rejected: unserved port of a further address"],
	...["delivered: unserved port of the node", "forwarded: endpoint", "forwarded: unknown address"],
];

const captured = oracleCases().flatMap((one) => FAMILIES.flatMap((family) => capturedNode(one, family) ?? []));
const nodes = [
	...FAMILIES.map(askingNode),
	...captured.filter((_, index) => IS_LONG || index % 16 === 0),
	...generatedNodes(IS_LONG ? 60 : 9),
];
const recordings = nodes.map((node, index) => ({ node, packets: packetsTo(node, randomFrom(SEED + index), PACKETS) }));
const connections = FAMILIES.map(connectionsTo);
// Schedulers do not know families apart, so one is enough for every day.
const spreads = (IS_LONG ? FAMILIES : FAMILIES.slice(0, 1)).map((family) => ({ family, ...spreadLab(family) }));
const { problem, lines, seconds } = await runInLabs([
	// These first: once somebody has made a socket for SCTP, the node answers it, and the answers would be recorded.
	...recordings.map(({ node, packets }) => recordingLab(node, packets)),
	...spreads.map(({ lab }) => lab),
	...connections.map(({ lab }) => lab),
]);

describeUnless(problem, "packets to a node in IPVS mode, in the kernel and traced", () => {
	const fates = new Map<string, number>();

	it.for(recordings)("$node.name", ({ node, packets }) => {
		const checked = checkRecorded(node, packets, resultsOf<LabResult>(node.name, packets.length));
		for (const fate of checked.fates) fates.set(fate, (fates.get(fate) ?? 0) + 1);
		expect(checked.differences).toEqual([]);
	});

	it.for(FATES)("some are %s", (wanted) => {
		expect([...fates.keys()].filter((fate) => fate.startsWith(wanted))).not.toEqual([]);
	});

	it("the kernel loses nothing after the last rule but what comes from the loopback address", () => {
		const lost = [...fates.keys()].filter((fate) => fate.startsWith("nothing"));
		expect(lost.filter((fate) => !fate.endsWith("from loopback"))).toEqual([]);
	});

	afterAll(() => {
		const count = [...fates.values()].reduce((sum, one) => sum + one, 0);
		const lost = [...fates]
			.filter(([fate]) => fate.startsWith("nothing"))
			.map(([fate, some]) => `${some} ${fate.slice(9)}`);
		const text = `${count} packets of ${fates.size} kinds through ${nodes.length} nodes in IPVS mode, ${seconds.toFixed(0)} s`;
		console.log(`kernel: ${text}; lost after the last rule: ${lost.sort().join(", ")}`);
	});
});

describeUnless(problem, "connections through IPVS, in the kernel and traced", () => {
	let made = 0;

	it.for(connections)("$family", ({ lab, dials }) => {
		const results = resultsOf<LabDialed>(lab.name, dials.length);
		const differences = dials.flatMap((dial, at) => dialDifference(dial, results[at] as LabDialed) ?? []);
		expect(differences.map((one) => JSON.stringify(one))).toEqual([]);
		made += dials.reduce((sum, { dial }) => sum + dial.times, 0);
	});

	it.for(spreads)("$family, by every scheduler", ({ family, lab, state }) => {
		const tracer = newTracer(state, wiredNode(family));
		const dials = SPREADS.map((one, index) => dialsTo(one, virtualIP(family, index), family));
		const results = [...resultsOf<LabDialed>(lab.name, dials.flat().length)];
		const problems = SPREADS.flatMap((one, index) => {
			const own = results.splice(0, dials[index]?.length);
			return spreadProblems(one, tracer, virtualIP(family, index), own);
		});
		expect(problems).toEqual([]);
		made += dials.flat().reduce((sum, { times }) => sum + times, 0);
	});

	afterAll(() => console.log(`kernel: ${made} connections through IPVS`));
});

function resultsOf<T>(name: string, count: number): readonly T[] {
	const results = lines.get(name) ?? [];
	if (results.length !== count) throw new Error(`${name}: expected ${count} results, got ${results.length}`);
	return results as readonly T[];
}
