import { afterAll, expect, it } from "vitest";
import type { Family, IP } from "../../../src/net/ip.ts";
import type { Outcome } from "../../../src/trace/outcome.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { compileCluster } from "../../support/trace-cluster.ts";
import { countPackets } from "../../support/trace-lab.ts";
import { type LivePacket, labOf, labPacket, liveTracer, toTrace } from "../../support/trace-live.ts";
import { labProblem } from "../../support/trace-problem.ts";
import { frontendsOf, PLACES, type SmallService, smallNode } from "../../support/trace-services.ts";

const CONNECTIONS = 20_000;

/** `local`: of the endpoints, all but the last are on the node, and `externalTrafficPolicy` is Local. */
const CASES = [
	{ title: "3 endpoints", endpoints: 3, local: false, from: "client", family: "ipv4", variant: "legacy", shares: 3 },
	{ title: "7 endpoints", endpoints: 7, local: false, from: "client", family: "ipv6", variant: "nft", shares: 7 },
	{ title: "7 endpoints, TCP", endpoints: 7, local: false, from: "client", family: "ipv4", variant: "nft", shares: 7 },
	{
		title: "Local, for a client",
		endpoints: 4,
		local: true,
		from: "client",
		family: "ipv4",
		variant: "nft",
		shares: 3,
	},
	{ title: "Local, for a pod", endpoints: 4, local: true, from: "pod1", family: "ipv6", variant: "legacy", shares: 4 },
] as const;

describeUnless(await labProblem(), "each endpoint's share of connections", () => {
	let counted = 0;

	it.each(CASES)("is what trace says: $title", async (one) => {
		const { endpoints, local, from, family, variant, shares, title } = one;
		const service = serviceWith(endpoints, { isLocal: local, family });
		const { node } = compileCluster(smallNode({ services: [service], family, variant }));
		const packet: LivePacket = {
			kind: title,
			from: PLACES[family][from] as IP,
			to: frontendsOf(service, family).loadBalancerIP,
			port: 80,
			protocol: title.endsWith("TCP") ? "tcp" : "udp",
			inInterface: from === "client" ? "eth0" : "veth1",
			client: "new",
		};
		const counts = await countPackets(labOf(node, [packet]), labPacket(node, packet, 0), CONNECTIONS);
		const outcomes = liveTracer(node, node.state).trace(toTrace(packet));
		expect(outcomes).toHaveLength(shares);
		expect(Object.keys(counts).sort()).toEqual(outcomes.map(textOf).sort());
		expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(CONNECTIONS);
		for (const outcome of outcomes) {
			const { probability } = outcome;
			expect(probability).toBeCloseTo(1 / shares, 6);
			const deviation = Math.abs((counts[textOf(outcome)] ?? 0) - CONNECTIONS * probability);
			expect(deviation).toBeLessThan(5 * Math.sqrt(CONNECTIONS * probability * (1 - probability)));
		}
		counted += CONNECTIONS;
	});

	afterAll(() => console.log(`trace, live: ${counted} connections counted, shares within five sigma`));
});

function serviceWith(count: number, options: { readonly isLocal: boolean; readonly family: Family }): SmallService {
	const network = options.family === "ipv4" ? "10.244.0." : "fd00:10:244::";
	const endpoints = Array.from({ length: count }, (_, index) => ({
		ip: `${network}${index + 11}`,
		isHere: index < count - 1,
	}));
	return { name: "web", number: 1, endpoints, isLocal: options.isLocal };
}

function textOf({ destination }: Outcome): string {
	return `${destination.ip} ${destination.port}`;
}
