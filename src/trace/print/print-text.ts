import { familyOf, hostPort } from "../../net/ip.ts";
import type { Outcome } from "../outcome.ts";
import { isServed, isTranslated } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { percent } from "../percent.ts";
import { aligned } from "./aligned.ts";
import { type Fate, fatesOf } from "./fate.ts";
import { type Names, NO_NAMES } from "./names.ts";
import { stepLines } from "./print-steps.ts";
import { reasonOf } from "./reason.ts";
import { replyOf } from "./reply.ts";

/** How many endpoints are listed before the rest is counted. */
const MOST_ENDPOINTS = 10;

/** What a trace for people may have. */
export interface TextOptions {
	/** Every endpoint, every way, and the rules themselves. */
	readonly isVerbose?: boolean;
	readonly names?: Names;
	/** Whose rules. */
	readonly node?: string | undefined;
	/** Why the answer may be wrong, in words. */
	readonly caveats?: readonly string[];
}

/**
 * A trace for people: what becomes of the packet, to which endpoints, by which rules with their reasons in words, and
 * what the client sees as the answer.
 */
export function printTrace(packet: Packet, outcomes: readonly Outcome[], options: TextOptions = {}): string {
	const { names = NO_NAMES } = options;
	const fates = fatesOf(outcomes);
	const known = names.servicePortAt(packet.to, packet.port, packet.protocol);
	const caveats = (options.caveats ?? []).map((caveat) => `But: ${caveat}.`);
	const blocks = [
		headline(packet, options),
		...verdicts(fates, known),
		...(caveats.length === 0 ? [] : [caveats.join("\n")]),
		...fates.flatMap((fate) => [...endpointBlock(fate, options), ...wayBlocks(packet, fate, options)]),
	];
	return `${blocks.join("\n\n")}\n`;
}

function headline(packet: Packet, { names = NO_NAMES, node }: TextOptions): string {
	const { from, to, port, protocol, inInterface } = packet;
	const aside = (name: string | undefined): string => (name === undefined ? "" : ` (${name})`);
	const target = `${hostPort(to, port)}${aside(names.ofFrontend(to, port, protocol) ?? names.ofAddress(to))}`;
	const through = inInterface === undefined ? "" : `, arriving by ${inInterface}`;
	const where = node === undefined ? "" : `\nas node ${node} treats it`;
	return `${protocol.toUpperCase()} from ${from}${aside(names.ofAddress(from))} to ${target}${through}${where}`;
}

function verdicts(fates: readonly Fate[], known: string | undefined): readonly string[] {
	const [only, ...more] = fates;
	if (only === undefined) return [];
	if (more.length === 0) return [`Verdict: ${reasonOf(only.outcomes, known)}.`];
	const lines = fates.map((fate) => `  ${percent(fate.probability)} ${reasonOf(fate.outcomes, known)}.`);
	return [["Verdict: it is a matter of chance.", ...lines].join("\n")];
}

function endpointBlock({ outcomes }: Fate, { isVerbose, names = NO_NAMES }: TextOptions): readonly string[] {
	if (!isServed(outcomes[0]) || !isTranslated(outcomes[0])) return [];
	const shown = isVerbose === true ? outcomes : outcomes.slice(0, MOST_ENDPOINTS);
	const rows = shown.map(({ probability, destination: { ip, port } }) => [
		percent(probability),
		hostPort(ip, port),
		names.ofAddress(ip) ?? "",
	]);
	return [["Endpoints:", ...aligned(rows), ...restLine(outcomes.slice(shown.length))].join("\n")];
}

/** `… and 247 more, 0.4 % each`. */
function restLine(rest: readonly Outcome[]): readonly string[] {
	const [first] = rest;
	if (first === undefined) return [];
	const [most, least] = [percent(first.probability), percent(rest.at(-1)?.probability ?? 0)];
	const each = most === least ? `${most} each` : `${least} to ${most} each`;
	return [`  … and ${rest.length} more, ${each} (--verbose shows all)`];
}

/** The way of the first outcome, or all ways, and each time the answer. */
function wayBlocks(packet: Packet, { outcomes }: Fate, options: TextOptions): readonly string[] {
	const { isVerbose = false, names = NO_NAMES, node } = options;
	const isNear = node !== undefined && names.ofAddress(packet.from)?.endsWith(` on ${node}`) === true;
	const ways = isVerbose ? outcomes : outcomes.slice(0, 1);
	return ways.flatMap((outcome) => {
		const { ip, port } = outcome.destination;
		const others = isVerbose ? "" : likewise(outcomes.length - 1);
		const title =
			isTranslated(outcome) && outcomes.length > 1 ? `The way to ${hostPort(ip, port)}${others}:` : "The way:";
		const lines = stepLines(outcome.steps, { family: familyOf(packet.to), isVerbose });
		const reply = replyOf(packet, outcome, isNear);
		return [[title, ...lines].join("\n"), ...(reply === undefined ? [] : [`The answer:\n  ${reply}`])];
	});
}

function likewise(others: number): string {
	return ` (to the other${others === 1 ? "" : ` ${others}`} likewise)`;
}
