import { rulePrinter } from "../lang/iptables/print.ts";
import { familyOf } from "../net/ip.ts";
import type { Outcome, Step } from "./outcome.ts";
import type { Packet } from "./packet.ts";
import { reasonOf, servicePortOf } from "./reason.ts";

/** A trace as plain JSON data. Documented in docs/json.md. Absent fields do not apply. */
export function describeTrace(packet: Packet, outcomes: readonly Outcome[], node: string | undefined): unknown {
	const print = rulePrinter(familyOf(packet.to), "save");
	const { from, to, port, protocol } = packet;
	return {
		packet: { from, to, port, protocol, node },
		outcomes: outcomes.map((outcome) => ({
			probability: outcome.probability,
			verdict: outcome.verdict,
			destination: outcome.destination,
			source: outcome.source,
			masqueraded: outcome.isMasqueraded,
			reject: outcome.reject,
			servicePort: servicePortOf(outcome),
			reason: reasonOf(outcome),
			steps: outcome.steps.map((step) => describeStep(step, print)),
		})),
	};
}

function describeStep(
	{ hook, table, chain, number, rule, action, mark }: Step,
	print: ReturnType<typeof rulePrinter>,
): unknown {
	return { hook, table, chain, rule: number ?? null, text: rule && print(rule), action, mark };
}
