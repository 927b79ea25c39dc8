import { list, plural } from "../../diff/words.ts";
import { percent } from "../../trace/percent.ts";
import type { Finding } from "../finding.ts";
import type { Reach } from "../reach.ts";
import type { RuleText } from "../rule-text.ts";
import { folded, section } from "./columns.ts";

/** What a kind of client meets, in a few words: `2 endpoints`, `dropped`; `expected` to be served by a service port. */
export function reachText(reaches: readonly Reach[], from: Reach["from"], expected?: string): string {
	const found = reaches.find((one) => one.from === from);
	if (found === undefined) return "";
	const { verdict, shares, servedBy, masqueraded } = found;
	if (verdict === "unknown") return "cannot tell";
	if (verdict === "untouched") return "no rule";
	if (verdict !== "served") return verdict;
	const seen = masqueraded === 0 ? "" : masqueraded > 0.999 ? ", masqueraded" : `, ${percent(masqueraded)} masqueraded`;
	const whose = servedBy === undefined || servedBy === expected ? "" : ` of ${servedBy}`;
	return `${plural(shares.size, "endpoint")}${whose}${seen}`;
}

/** What needs somebody's attention, worst first: it stands at the top. */
export function troubleLines(findings: readonly Finding[], isVerbose: boolean): readonly string[] {
	const lines = linesOf(findings.filter(isTrouble), isVerbose);
	return section("What looks wrong", lines.length === 0 ? ["  nothing"] : lines);
}

/** What is good to know: it stands at the end. */
export function noteLines(findings: readonly Finding[], isVerbose: boolean): readonly string[] {
	const notes = findings.filter((finding) => !isTrouble(finding));
	return section("Good to know", linesOf(notes, isVerbose));
}

function isTrouble({ severity }: Finding): boolean {
	return severity !== "info";
}

function linesOf(findings: readonly Finding[], isVerbose: boolean): readonly string[] {
	const lines = findings.map(({ severity, code, servicePort, message }) => {
		const about = servicePort === undefined || message.includes(servicePort) ? "" : `${servicePort}: `;
		return `  ${severity}: ${about}${message} (${code})`;
	});
	return folded(lines, isVerbose);
}

/** Rules, each with its reason behind it. */
export function ruleLines(rules: readonly RuleText[], isVerbose: boolean): readonly string[] {
	return folded(
		rules.map(({ number, text, meaning }) => `  ${number}: ${text}${meaning === undefined ? "" : `  # ${meaning}`}`),
		isVerbose,
	);
}

/** Networks that may use something; empty: everybody. */
export function sourcesText(ranges: readonly string[]): string {
	return ranges.length === 0 ? "" : `only from ${list(ranges)}`;
}
