import { expressionText } from "../../lang/nft/print-expression.ts";
import type { Match, Statement, Verdict } from "../../lang/nft/statement.ts";
import type { Rule } from "../../lang/nft/table.ts";

/**
 * Whether two neighbouring rules can change places without any effect: they never match the same packet, or both do nothing but
 * give the same final verdict. False when in doubt.
 */
export function commuteNft(a: Rule, b: Rule): boolean {
	if ([a, b].some(({ statements }) => statements.some(({ kind }) => kind === "unknown"))) return false;
	if (firstTests(a).some((one) => firstTests(b).some((other) => areDisjoint(one, other)))) return true;
	const [verdict, other] = [onlyVerdict(a), onlyVerdict(b)];
	return verdict !== undefined && JSON.stringify(verdict) === JSON.stringify(other);
}

/** What is tested before anything happens. */
function firstTests({ statements }: Rule): readonly Statement[] {
	const end = statements.findIndex(({ kind }) => kind !== "match");
	return end === -1 ? statements : statements.slice(0, end);
}

/** Two tests of the same thing for single values, which differ. */
function areDisjoint(one: Statement, other: Statement): boolean {
	if (!isPlain(one) || !isPlain(other)) return false;
	const [left, otherLeft] = [one, other].map((match) => expressionText(match.left, "listing"));
	return left === otherLeft && one.right.text !== other.right.text;
}

/** A test of a header's field, or of the protocol, for one value: no network, range or number with two spellings. */
function isPlain(statement: Statement): statement is Match & { readonly right: { readonly kind: "value" } } {
	if (statement.kind !== "match" || statement.isNegated || statement.right.kind !== "value") return false;
	const { left, right } = statement;
	const isField = left.kind === "payload" || (left.kind === "meta" && left.key === "l4proto");
	return isField && /^(?:[1-9]\d{0,4}|(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})|tcp|udp|sctp)$/.test(right.text);
}

/** What becomes of packets that pass the tests, when nothing else happens to them. */
function onlyVerdict({ statements }: Rule): Verdict | undefined {
	const last = statements.at(-1);
	const areTests = statements.slice(0, -1).every(({ kind }) => kind === "match" || kind === "counter");
	const isSteady = statements.every((one) => one.kind !== "match" || one.left.kind !== "random");
	if (last?.kind !== "verdict" || !areTests || !isSteady) return undefined;
	return last.verdict.kind === "jump" || last.verdict.kind === "continue" ? undefined : last.verdict;
}
