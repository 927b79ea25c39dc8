import { rulePrinter } from "../lang/iptables/print.ts";
import { familyOf, hostPort } from "../net/ip.ts";
import type { Outcome, Step } from "./outcome.ts";
import type { Packet } from "./packet.ts";
import { reasonOf } from "./reason.ts";

/** How many outcomes are shown with their way. */
const MOST_WAYS = 3;

/** A trace for people: what becomes of the packet, then the way it takes, one line a rule. */
export function printTrace(packet: Packet, outcomes: readonly Outcome[], isVerbose: boolean): string {
	const { from, to, port, protocol } = packet;
	const print = rulePrinter(familyOf(to), "save");
	const shown = isVerbose ? outcomes : outcomes.slice(0, MOST_WAYS);
	const more = outcomes.slice(shown.length);
	const rest = more.reduce((sum, { probability }) => sum + probability, 0);
	const blocks = [
		`${protocol} from ${from} to ${hostPort(to, port)}`,
		...shown.map((outcome) =>
			[headline(outcome), ...outcome.steps.map((step) => `  ${stepText(step, print)}`)].join("\n"),
		),
		...(more.length > 0
			? [`... and ${more.length} more outcomes, ${percent(rest)} together (--verbose shows all)`]
			: []),
	];
	return `${blocks.join("\n\n")}\n`;
}

function headline(outcome: Outcome): string {
	const { verdict, destination, source, isMasqueraded } = outcome;
	const to = hostPort(destination.ip, destination.port);
	const seen = isMasqueraded ? ` (masqueraded)` : "";
	const end = verdict === "forwarded" || verdict === "delivered" ? ` to ${to}, from ${source}${seen}` : "";
	return `${percent(outcome.probability)} ${verdict}${end}: ${reasonOf(outcome)}`;
}

function percent(part: number): string {
	return `${Number((part * 100).toPrecision(3))} %`;
}

function stepText(
	{ hook, table, chain, number, rule, action, mark }: Step,
	print: ReturnType<typeof rulePrinter>,
): string {
	const place = `${hook} ${table} ${chain}`;
	const marked = mark === 0 ? "" : ` [mark 0x${mark.toString(16)}]`;
	return rule === undefined
		? `${place}: ${action}${marked}`
		: `${place} ${number}: ${print(rule).split(" ").slice(2).join(" ")}${marked}`;
}
