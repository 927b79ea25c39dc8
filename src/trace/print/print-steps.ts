import type { Family } from "../../net/ip.ts";
import type { Step } from "../outcome.ts";
import type { Hook } from "../packet.ts";
import { aligned } from "./aligned.ts";
import { stepPrinter } from "./step-line.ts";
import { wordsOf } from "./words.ts";

/** What passing a hook means. */
const HOOKS: Readonly<Record<Hook, string>> = {
	PREROUTING: "it arrives",
	INPUT: "it is for an address of this node",
	FORWARD: "it passes through",
	OUTPUT: "this node sends it",
	POSTROUTING: "it leaves",
};

/** A virtual server sends on what arrived. */
function hookWords({ hook }: Step, index: number): string {
	return hook === "OUTPUT" && index > 0 ? "it is sent on" : HOOKS[hook];
}

interface ShownStep {
	readonly step: Step;
	readonly words: string;
}

/** One line a rule, under a heading for each hook; with `isVerbose` the ends of chains and the rules' own texts, too. */
export function stepLines(
	steps: readonly Step[],
	{ family, isVerbose }: { readonly family: Family; readonly isVerbose: boolean },
): readonly string[] {
	if (steps.length === 0) return ["  no rule looks at it"];
	const print = stepPrinter(family);
	const shown = isVerbose ? steps.map((step) => ({ step, words: wordsOf(step) })) : withoutVain(steps);
	const rows = aligned(shown.map(({ step, words }) => [step.table, `${step.chain}${numberOf(step)}`, words]));
	return shown.flatMap(({ step }, index) => {
		const line = isVerbose ? print(step) : undefined;
		return [
			...(step.hook === shown[index - 1]?.step.hook ? [] : [`  ${step.hook}: ${hookWords(step, index)}`]),
			`  ${rows[index] ?? ""}`,
			...(line === undefined ? [] : [`        ${line}${markOf(step)}`]),
		];
	});
}

/** A jump to a chain that does nothing becomes a question with the answer no. */
function withoutVain(steps: readonly Step[]): readonly ShownStep[] {
	return steps.flatMap((step, index) => {
		if (isVain(steps[index - 1], step)) return [];
		const words = wordsOf(step);
		return [{ step, words: isVain(step, steps[index + 1]) ? `${words}: no` : words }];
	});
}

/** Whether a step ends the chain to which the step before jumped, so that nothing came of it. */
function isVain(before: Step | undefined, step: Step | undefined): boolean {
	return before?.act.kind === "jump" && step?.act.kind === "end-of-chain" && step.chain === before.act.chain;
}

function numberOf({ number, virtualServer }: Step): string {
	return number === undefined || virtualServer !== undefined ? "" : ` ${number}`;
}

function markOf({ mark }: Step): string {
	return mark === 0 ? "" : ` [mark 0x${mark.toString(16)}]`;
}
