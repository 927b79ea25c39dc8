import type { Family } from "../../net/ip.ts";
import { rulePrinter } from "./print.ts";
import type { Rule } from "./ruleset.ts";
import { splitWords, unquote } from "./words.ts";

/**
 * A rule as arguments of the iptables command, without `-A CHAIN`: one element a word, no quotes.
 *
 * The rule is printed and split again, so that there is one place that knows the words of a rule.
 */
export function ruleArguments(rule: Rule, family: Family): readonly string[] {
	const line = rulePrinter(family, "restore")(rule);
	const words = splitWords(line);
	return words.slice(2).map(unquote);
}
