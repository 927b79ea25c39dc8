import { familyInWords } from "../findings/words.ts";
import type { ChainExplanation } from "../lookup-explanation.ts";
import type { RuleText } from "../rule-text.ts";
import { folded, section } from "./columns.ts";
import { noteLines, ruleLines, troubleLines } from "./print-parts.ts";

/** A chain for people: whose it is and what for, its rules, and who jumps to it. */
export function printChain(
	{ name, servicePort, endpoint, purpose, places, findings }: ChainExplanation,
	isVerbose: boolean,
): string {
	const owner = servicePort === undefined ? "shared by all Services" : `of ${servicePort}`;
	const about = endpoint === undefined ? "" : ` (${endpoint})`;
	const blocks = [
		`${name}: ${owner}; ${purpose}${about}`,
		...(servicePort === undefined ? [] : troubleLines(findings, isVerbose)),
		...places.flatMap(({ family, table, rules, callers }) => {
			const where = `(${table}, ${familyInWords(family)})`;
			return [
				...section(`Rules ${where}`, rules.length === 0 ? ["  none"] : ruleLines(rules, isVerbose)),
				...section(`Called from ${where}`, callers.length === 0 ? ["  nowhere"] : callerLines(callers, isVerbose)),
			];
		}),
		...(servicePort === undefined ? [] : noteLines(findings, isVerbose)),
	];
	return `${blocks.join("\n")}\n`;
}

function callerLines(callers: readonly RuleText[], isVerbose: boolean): readonly string[] {
	return folded(
		callers.map(({ chain, number, text, meaning }) => {
			return `  ${chain} ${number}: ${text}${meaning === undefined ? "" : `  # ${meaning}`}`;
		}),
		isVerbose,
	);
}
