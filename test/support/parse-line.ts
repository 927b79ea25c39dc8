import type { Dialect } from "../../src/lang/iptables/dialect.ts";
import { parseIptables } from "../../src/lang/iptables/parse.ts";
import { type Match, newRule, type Rule, type RuleParts, type Target } from "../../src/lang/iptables/ruleset.ts";

/** The rule that a line of a table stands for, in a chain named `C`. Throws when there is a problem. */
export function parseLine(line: string, dialect: Dialect = "save"): Rule {
	const { sections, problems } = parseIptables(`*nat\n:C - [0:0]\n:D - [0:0]\n${line}\nCOMMIT\n`, dialect);
	const [rule, ...others] = sections.flatMap(({ tables }) => tables.flatMap(({ rules }) => rules));
	if (rule === undefined || others.length > 0 || problems.length > 0) {
		throw new Error(`expected one rule: ${JSON.stringify({ problems, others: others.length })}`);
	}
	return rule;
}

/** The rule of `-A C` and more words. */
export function parseWords(words: string, dialect: Dialect = "save"): Rule {
	return parseLine(`-A C ${words}`, dialect);
}

/** The messages of the problems that a line of a table has. */
export function problemsOfLine(line: string): readonly string[] {
	return parseIptables(`*nat\n:C - [0:0]\n${line}\nCOMMIT\n`, "save").problems.map(({ message }) => message);
}

/** A rule in the chain `C`, as the parser gives it. */
export function ruleInC(parts: RuleParts, matches: readonly Match[] = [], target?: Target): Rule {
	return newRule("C", matches, target, undefined, parts);
}
