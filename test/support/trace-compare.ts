import { isDeepStrictEqual } from "node:util";
import type { Outcome, Step, Verdict } from "../../src/trace/outcome.ts";

/** What became of a packet in a real kernel. */
export interface Recorded {
	/** Steps as `HOOK table chain number mark`; `return` or `policy` for the end of a chain. */
	readonly steps: readonly string[];
	/** `nothing`: the kernel lost it between hooks. */
	readonly verdict: Exclude<Verdict, "unknown"> | "nothing";
	/** As it came out, else as it was at the last step. */
	readonly destination: { readonly ip: string; readonly port: number };
	readonly source: string;
	/** A MASQUERADE rule matched. */
	readonly masqueraded: boolean;
	/** The error that came back: `icmp-port-unreachable`. */
	readonly reject?: string | undefined;
}

/**
 * Which marks a record has: iptables-nft shows only that of the first step in a base chain; the others are `-`. Rules of
 * nftables show it there, too, but as that step leaves it.
 */
export type Marks = "all" | "first" | "left";

/** What the kernel did, and all that trace thinks possible. */
export interface TraceDifference {
	readonly kernel: unknown;
	readonly trace: readonly unknown[];
}

/**
 * How a packet's way in the kernel differs from what trace says; undefined when it is one of the ways that trace says,
 * and ends as it says. A packet that the kernel lost after PREROUTING has to get there by the only way there is.
 */
export function traceDifference(
	recorded: Recorded,
	outcomes: readonly Outcome[],
	marks: Marks = "all",
): TraceDifference | undefined {
	const isLost = recorded.verdict === "nothing";
	const { steps, verdict, destination, source, masqueraded, reject } = recorded;
	const kernel = isLost ? { steps } : { steps, verdict, destination, source, masqueraded, reject };
	const told = marks === "left" ? steps.map((step) => !step.endsWith(" -")) : marks;
	const trace = outcomes.map((outcome) => (isLost ? beginningOf(outcome, told) : inWords(outcome, told)));
	const whole = outcomes.reduce((sum, { probability }) => sum + probability, 0);
	const isSame = trace.some((one) => isDeepStrictEqual(one, kernel));
	return isSame && Math.abs(whole - 1) < 1e-9 && (!isLost || trace.length === 1) ? undefined : { kernel, trace };
}

/** Which marks are compared; of nftables those of the steps at these places. */
type Told = Exclude<Marks, "left"> | readonly boolean[];

function inWords(outcome: Outcome, told: Told): unknown {
	const { steps, verdict, destination, source, isMasqueraded, reject } = outcome;
	return { steps: stepTexts(steps, told), verdict, destination, source, masqueraded: isMasqueraded, reject };
}

function beginningOf({ steps }: Outcome, told: Told): unknown {
	return { steps: stepTexts(steps, told).filter((text) => text.startsWith("PREROUTING ")) };
}

function stepTexts(steps: readonly Step[], told: Told): readonly string[] {
	return steps.map((step, index) => {
		const { hook, table, chain, number, action } = step;
		return `${hook} ${table} ${chain} ${number ?? action.split(" ")[0]} ${shownMark(steps, step, index, told)}`;
	});
}

function shownMark(steps: readonly Step[], { hook, table, mark }: Step, index: number, told: Told): number | "-" {
	if (typeof told === "object") return told[index] === true ? (steps[index + 1]?.mark ?? mark) : "-";
	const before = steps[index - 1];
	const isFirst = before?.hook !== hook || before.table !== table;
	return told === "all" || isFirst ? mark : "-";
}
