import { expect, it } from "vitest";
import { hostPort, type IP } from "../../../src/net/ip.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { KINDS } from "../../support/kernel-load.ts";
import { compileCluster } from "../../support/trace-cluster.ts";
import {
	type LivePacket,
	liveDifferences,
	liveTracer,
	type Sent,
	sendLive,
	toTrace,
} from "../../support/trace-live.ts";
import { labProblem } from "../../support/trace-problem.ts";
import { frontendsOf, PLACES, smallNode } from "../../support/trace-services.ts";

const SECONDS = 2;
const ENDPOINTS = 7;

describeUnless(await labProblem(), "session affinity", () => {
	it.each(
		KINDS.slice(0, 2),
	)("sends a client to the same endpoint until it times out: $family, $variant", async (kind) => {
		const { family } = kind;
		const network = family === "ipv4" ? "10.244.0." : "fd00:10:244::";
		const endpoints = Array.from({ length: ENDPOINTS }, (_, index) => ({
			ip: `${network}${index + 10}`,
			isHere: true,
		}));
		const service = { name: "web", number: 1, endpoints, affinitySeconds: SECONDS };
		const { node } = compileCluster(smallNode({ services: [service], ...kind }));
		const { clusterIP, port, nodePort } = frontendsOf(service, family);
		const to = (place: string, at: number, client: LivePacket["client"], wait = 0): LivePacket => ({
			kind: `${client} client to ${place}`,
			from: PLACES[family].client as IP,
			to: place as IP,
			port: at,
			protocol: "tcp",
			inInterface: "eth0",
			client,
			wait,
		});
		const sent = await sendLive(node, [
			to(clusterIP, port, "new"),
			to(clusterIP, port, "remembered"),
			to(PLACES[family].node, nodePort, "remembered"),
			{ ...to(clusterIP, port, "expired"), from: PLACES[family].remote as IP },
			to(clusterIP, port, "expired", SECONDS + 0.5),
			to(clusterIP, port, "remembered"),
		]);
		const tracer = liveTracer(node, node.state);
		expect(liveDifferences(node, tracer, sent)).toEqual([]);

		const [first, again, nodePorts, , later, laterAgain] = sent.map(endpointOf);
		expect([again, nodePorts]).toEqual([first, first]);
		expect(laterAgain).toBe(later);

		// The other way round nothing fits: what the client is remembered for decides.
		const swapped = sent.map((one) => ({ ...one, affinity: one.affinity === undefined ? first : undefined }));
		expect(liveDifferences(node, tracer, swapped.slice(1))).toHaveLength(sent.length - 1);
		expect(tracer.trace(toTrace(to(clusterIP, port, "remembered")), { affinity: first })).toMatchObject([
			{ probability: 1 },
		]);
		expect(tracer.trace(toTrace(to(clusterIP, port, "new")))).toHaveLength(ENDPOINTS);
	});
});

function endpointOf({ recorded: { destination } }: Sent): string {
	return hostPort(destination.ip, destination.port);
}
