import { readNftName } from "../../kube/nft-names.ts";
import { hostPort } from "../../net/ip.ts";
import type { Outcome, Step, Verdict } from "../outcome.ts";
import { isTranslated } from "../outcome.ts";
import { servicePortOf } from "./reason.ts";
import { subjectOf, wordsOf } from "./words.ts";

/** What a stop is: a chain that is entered, a new destination or source, or the verdict. */
export type StopKind = "packet" | "chain" | "endpoint" | "masquerade" | "more" | Verdict;

/** Where a packet comes by on its way: what a diagram shows of it. */
export interface Stop {
	readonly kind: StopKind;
	/** Stops with the same key at the same place are one. */
	readonly key: string;
	readonly lines: readonly string[];
	/** What led here, in words; may be empty. */
	readonly words: string;
	/** It was a matter of chance. */
	readonly isByLot: boolean;
	/** Of chains: the name. Of changed addresses: the chain in which it happens. */
	readonly chain: string | undefined;
}

/** Of stops that nothing is said about. */
export const UNSAID = { words: "", isByLot: false, chain: undefined } as const;

/** A chain that a packet is in: where its stop is, and the mark that the packet had before. */
interface Visited {
	readonly chain: string;
	readonly at: number;
	readonly mark: number;
}

/**
 * The stops of a packet's way, the verdict last. Chains that it came out of as it went in are left out.
 *
 * @param isVerbose these too
 */
export function stopsOf(outcome: Outcome, isVerbose: boolean): readonly Stop[] {
	const stops: Stop[] = [];
	const inside: Visited[] = [];
	let decision = "";
	for (const [index, step] of outcome.steps.entries()) {
		const last = outcome.steps[index - 1];
		const isNew = last === undefined || last.hook !== step.hook || last.table !== step.table;
		while (inside.length > 0 && (isNew || inside.at(-1)?.chain !== step.chain)) {
			leave(inside.pop(), stops, step.mark, isVerbose);
		}
		if (isNew) {
			inside.push({ chain: step.chain, at: stops.length, mark: step.mark });
			stops.push(arrival(step, decision));
			decision = "";
		}
		const stop = stopAt(step, outcome);
		if (stop === undefined) {
			decision = deciding(step);
			continue;
		}
		// Nothing else happened in the chain: one stop for both.
		const place = stops.at(-1);
		const isSame = place?.kind === "chain" && place.chain === step.chain && stop.kind !== "chain" && !isNew;
		if (isSame) stops.pop();
		stops.push(isSame ? { ...stop, words: place.words, isByLot: place.isByLot } : stop);
		if (stop.kind === "chain") inside.push({ chain: stop.chain ?? "", at: stops.length - 1, mark: step.mark });
	}
	return [...stops, verdictOf(outcome, decision)];
}

/** The packet has left a chain. If nothing came of that, the chain does not count. Base chains always do. */
function leave(visited: Visited | undefined, stops: Stop[], mark: number, isVerbose: boolean): void {
	if (visited === undefined || isVerbose || visited.mark !== mark) return;
	const stop = stops[visited.at];
	if (stop?.kind !== "chain" || stop.key.startsWith("base ")) return;
	if (stops.slice(visited.at).every(({ kind }) => kind === "chain")) stops.length = visited.at;
}

function arrival({ hook, table, chain, virtualServer }: Step, words: string): Stop {
	const server = virtualServer === undefined ? "" : ` (${virtualServer.scheduler})`;
	const lines = table === "ipvs" ? [`virtual server ${chain}${server}`] : [hook, `table ${table}`];
	return { kind: "chain", key: `base ${hook} ${table} ${chain}`, lines, words, isByLot: false, chain };
}

/** The stop that a step leads to; undefined when it leads to none. */
function stopAt(step: Step, outcome: Outcome): Stop | undefined {
	const { act, realServer, chain } = step;
	switch (act.kind) {
		case "jump":
		case "goto":
			return called(step, act.chain);
		case "dnat":
			return endpoint(act.to, realServer === undefined ? `DNAT in ${chain}` : "real server", step, outcome);
		case "masquerade":
			return sourceStop(outcome.source, `MASQUERADE in ${chain}`, chain);
		case "snat":
			return sourceStop(act.to, `SNAT in ${chain}`, chain);
		default:
			return undefined;
	}
}

function sourceStop(source: string, how: string, chain: string): Stop {
	const lines = [`source becomes ${source}`, how];
	return { kind: "masquerade", key: lines.join(" "), lines, words: "", isByLot: false, chain };
}

function called(step: Step, chain: string): Stop {
	const isEndpoint = isEndpointChosen(step, chain);
	const subject = subjectOf(step);
	const isShared = subject === undefined || MARK_CHAINS.includes(chain);
	const lines = isShared ? [chain] : [chain, subject];
	const words = isEndpoint ? "" : wordsOf(step);
	return { kind: "chain", key: `chain ${chain}`, lines, words, isByLot: isEndpoint || isByLot(step), chain };
}

const MARK_CHAINS = ["KUBE-MARK-MASQ", "mark-for-masquerade"];

function isByLot({ rule, nft }: Step): boolean {
	if (nft === undefined) return rule?.matches.some(({ kind }) => kind === "statistic") === true;
	return nft.rule.statements.some((statement) => "key" in statement && statement.key.kind === "random");
}

/** By lot, not because the client was here before. */
function isEndpointChosen(step: Step, chain: string): boolean {
	if (step.nft !== undefined) return readNftName(chain)?.kind === "endpoint" && isByLot(step);
	return chain.startsWith("KUBE-SEP-") && step.rule?.matches.some(({ kind }) => kind === "recent-check") !== true;
}

function endpoint(to: string, how: string, { chain, realServer }: Step, outcome: Outcome): Stop {
	const what = servicePortOf(outcome) === undefined ? "destination" : "endpoint";
	const lines = [`${what} ${to}`, how];
	return {
		...UNSAID,
		kind: "endpoint",
		key: lines.join(" "),
		lines,
		chain: realServer === undefined ? chain : undefined,
	};
}

/** What a rule says that ends the way, or the way through a table. */
function deciding(step: Step): string {
	const { act } = step;
	return ["accept", "drop", "reject", "other", "policy-drop"].includes(act.kind) ? wordsOf(step) : "";
}

function verdictOf(outcome: Outcome, words: string): Stop {
	const { verdict, destination, source, isMasqueraded, reject, doubt } = outcome;
	const to = isTranslated(outcome) ? "" : ` to ${hostPort(destination.ip, destination.port)}`;
	const seen = `${isMasqueraded ? "masqueraded" : "not masqueraded"}: the receiver sees ${source}`;
	const lines: Readonly<Record<Verdict, readonly string[]>> = {
		forwarded: [`forwarded${to}`, seen],
		delivered: [`delivered${to}, a process on the node`, seen],
		rejected: [`rejected with ${reject ?? "an error"}`],
		dropped: ["dropped, without an answer"],
		unknown: ["outcome unknown", doubt ?? "the rules do not decide it"],
	};
	const own = lines[verdict];
	return { kind: verdict, key: own.join(" "), lines: own, ...UNSAID, words };
}
