import { familyInWords } from "../findings/words.ts";
import type { ChainExplanation, SetExplanation } from "../lookup-explanation.ts";
import type { ElementText, RuleText } from "../rule-text.ts";
import { folded, section } from "./columns.ts";
import { noteLines, ruleLines, troubleLines } from "./print-parts.ts";

/** A chain for people: whose it is and what for, its rules, and who jumps to it. */
export function printChain(
	{ name, servicePort, endpoint, purpose, places, findings }: ChainExplanation,
	isVerbose: boolean,
): string {
	const blocks = [
		headline({ name, servicePort, endpoint, purpose }),
		...(servicePort === undefined ? [] : troubleLines(findings, isVerbose)),
		...places.flatMap(({ family, table, rules, callers, entries = [] }) => {
			const where = `(${table}, ${familyInWords(family)})`;
			return [
				...section(`Rules ${where}`, rules.length === 0 ? ["  none"] : ruleLines(rules, isVerbose)),
				...section(`Called from ${where}`, callersOrNowhere(callers, entries, isVerbose)),
			];
		}),
		...(servicePort === undefined ? [] : noteLines(findings, isVerbose)),
	];
	return `${blocks.join("\n")}\n`;
}

/** A set or a map for people: whose it is and what for, its elements, and which rules ask it. */
export function printSet(explanation: SetExplanation, isVerbose: boolean): string {
	const { servicePort, places, findings } = explanation;
	const blocks = [
		headline(explanation),
		...(servicePort === undefined ? [] : troubleLines(findings, isVerbose)),
		...places.flatMap(({ family, table, elements, users }) => {
			const where = `(${table}, ${familyInWords(family)})`;
			const texts = elements.map(({ text, meaning }) => `  ${text}${reason(meaning)}`);
			return [
				...section(`Elements ${where}`, texts.length === 0 ? ["  none"] : folded(texts, isVerbose)),
				...section(`Asked by ${where}`, callersOrNowhere(users, [], isVerbose)),
			];
		}),
		...(servicePort === undefined ? [] : noteLines(findings, isVerbose)),
	];
	return `${blocks.join("\n")}\n`;
}

function headline({
	name,
	servicePort,
	endpoint,
	purpose,
}: Pick<ChainExplanation, "name" | "servicePort" | "endpoint" | "purpose">): string {
	const owner = servicePort === undefined ? "shared by all Services" : `of ${servicePort}`;
	return `${name}: ${owner}; ${purpose}${endpoint === undefined ? "" : ` (${endpoint})`}`;
}

function callersOrNowhere(
	callers: readonly RuleText[],
	entries: readonly ElementText[],
	isVerbose: boolean,
): readonly string[] {
	if (callers.length + entries.length === 0) return ["  nowhere"];
	const elements = entries.map(({ set, text, meaning }) => `  ${set}: ${text}${reason(meaning)}`);
	return [...folded(elements, isVerbose), ...callerLines(callers, isVerbose)];
}

function reason(meaning: string | undefined): string {
	return meaning === undefined ? "" : `  # ${meaning}`;
}

function callerLines(callers: readonly RuleText[], isVerbose: boolean): readonly string[] {
	return folded(
		callers.map(({ chain, number, text, meaning }) => {
			return `  ${chain} ${number}: ${text}${reason(meaning)}`;
		}),
		isVerbose,
	);
}
