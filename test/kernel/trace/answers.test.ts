import { afterAll, expect, it } from "vitest";
import { type Family, hostPort, type IP } from "../../../src/net/ip.ts";
import type { Outcome } from "../../../src/trace/outcome.ts";
import type { Packet } from "../../../src/trace/packet.ts";
import { replyOf } from "../../../src/trace/print/reply.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { KINDS } from "../../support/kernel-load.ts";
import { type AnswerCase, answerCases, answeringServices } from "../../support/trace-answer-cases.ts";
import { type Answer, askServers, type Request } from "../../support/trace-answers.ts";
import { compileCluster } from "../../support/trace-cluster.ts";
import { liveTracer } from "../../support/trace-live.ts";
import { labProblem } from "../../support/trace-problem.ts";
import { PLACES, smallNode } from "../../support/trace-services.ts";

describeUnless(await labProblem(), "real connections", () => {
	let answered = 0;

	it.each(
		KINDS,
	)("reach whom trace says, and get their answer from where they called: $family, $variant", async (kind) => {
		const { node } = compileCluster(smallNode({ services: Object.values(answeringServices(kind.family)), ...kind }));
		const cases = answerCases(kind.family);
		const answers = await askServers(
			node,
			cases.map(({ request }) => request),
		);
		expect(
			answers.map((answer, index) => ({ ...cases[index], sees: seenBy(answer, cases[index], kind.family) })),
		).toEqual(cases);
		const tracer = liveTracer(node, node.state);
		for (const [index, { request }] of cases.entries()) {
			const packet = toTrace(request);
			const [outcome, ...others] = tracer.trace(packet);
			if (outcome === undefined) throw new Error("no outcome");
			expect(others).toEqual([]);
			expect({ request, ...answers[index] }).toEqual({ request, ...expectedAnswer(request, outcome) });
			expect(replyOf(packet, outcome)).toContain(WORDS[outcome.verdict] ?? hostPort(request.to, request.port));
		}
		answered += answers.filter(({ answeredFrom }) => answeredFrom !== undefined).length;
	});

	afterAll(() => console.log(`trace, live: ${answered} answers came from where trace says`));
});

/** What trace says of the reply when there is none. */
const WORDS: Readonly<Record<string, string>> = { dropped: "timeout", rejected: "port-unreachable" };

function seenBy(answer: Answer, one: AnswerCase | undefined, family: Family): string | undefined {
	const { saw, error } = answer;
	if (error !== undefined) return { ECONNREFUSED: "refused", timeout: "nothing" }[error] ?? error;
	if (saw === PLACES[family].node) return "node";
	return saw === one?.request.from ? "client" : saw;
}

function toTrace({ space, from, to, port, protocol }: Request): Packet {
	const inInterface = new Map([
		["outside", "eth0"],
		["pod1", "veth1"],
	]).get(space);
	return { from: from as IP, to: to as IP, port, protocol, isFromNode: space === "node", inInterface };
}

function expectedAnswer({ to, port }: Request, { verdict, destination, source }: Outcome): Answer {
	if (verdict === "rejected") return { error: "ECONNREFUSED" };
	if (verdict === "dropped") return { error: "timeout" };
	return { by: `${destination.ip} ${destination.port}`, saw: source, answeredFrom: `${to} ${port}` };
}
