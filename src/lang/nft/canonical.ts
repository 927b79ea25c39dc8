import { listedIP } from "./members.ts";
import { keyText } from "./print-element.ts";
import { ruleText, verdictText } from "./print-rule.ts";
import type { Expression, Statement } from "./statement.ts";
import type { Element, Rule } from "./table.ts";

/**
 * A text that is equal for rules with the same effect, and never empty: without comments and counts, without counters where the rule
 * does anything else, addresses in one spelling.
 */
export function ruleKey({ statements }: Rule): string {
	const isActing = statements.some(({ kind }) => kind !== "counter" && kind !== "match");
	const acting = isActing ? statements.filter(({ kind }) => kind !== "counter") : statements;
	return ruleText({ statements: acting.map(canonicalStatement), comment: undefined, origin: undefined }, "listing");
}

/** A text that is equal for elements with the same effect: without comments and options. */
export function elementKey({ key, value }: Element): string {
	const text = elementPlace(key);
	if (value === undefined) return text;
	return `${text} : ${value.kind === "data" ? value.words.join(" ") : verdictText(value)}`;
}

/** A text that is equal for keys that are the same, however their addresses are spelt. */
export function elementPlace(key: Element["key"]): string {
	return keyText(key.map(listedIP));
}

/** Which random number leads where does not matter, only how many do. */
function canonicalStatement(statement: Statement): Statement {
	if (statement.kind === "dnat-map" && isDrawn(statement.key, statement.entries)) {
		return { ...statement, entries: inOrder(statement.entries, ({ ip, port }) => `${listedIP(ip)} ${port}`) };
	}
	if (statement.kind === "vmap" && typeof statement.map !== "string" && isDrawn(statement.key, statement.map)) {
		return { ...statement, map: inOrder(statement.map, ({ verdict }) => verdictText(verdict)) };
	}
	return statement;
}

/** Whether each entry is met equally often. */
function isDrawn(expression: Expression, entries: readonly { readonly key: string }[]): boolean {
	return expression.kind === "random" && entries.every(({ key }) => Number(key) < expression.modulus);
}

/** The same keys and the same values, both in order. */
function inOrder<T extends { readonly key: string }>(
	entries: readonly T[],
	textOf: (entry: T) => string,
): readonly T[] {
	const keys = entries.map(({ key }) => Number(key)).sort((a, b) => a - b);
	const sorted = [...entries].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
	return sorted.map((entry, index) => ({ ...entry, key: String(keys[index]) }));
}
