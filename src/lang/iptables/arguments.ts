import type { Family } from "../../net/ip.ts";
import { rulePrinter } from "./print.ts";
import type { Rule } from "./ruleset.ts";

/**
 * A rule as arguments of the iptables command, without `-A CHAIN`: one element a word, no quotes.
 *
 * The rule is printed and split again, so that there is one place that knows the words of a rule.
 */
export function ruleArguments(rule: Rule, family: Family): readonly string[] {
	const line = rulePrinter(family, "restore")(rule);
	const words = line.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
	return words.slice(2).map((word) => (word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, "$1") : word));
}
