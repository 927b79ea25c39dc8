import { unreachable } from "../../unreachable.ts";
import type { Dialect } from "./dialect.ts";
import { listedAddress, listedMembers } from "./members.ts";
import { quote } from "./quote.ts";
import type { Expression, Match, Operand } from "./statement.ts";

const SIGNS = { and: "&", or: "|", xor: "^" } as const;

/** What a test looks at, or a mark is set to: `ip saddr . th dport`, `mark or 0x00004000`. */
export function expressionText(expression: Expression, dialect: Dialect): string {
	switch (expression.kind) {
		case "payload":
			return `${expression.header} ${expression.field}`;
		case "meta":
			if (expression.key === "l4proto") return "meta l4proto";
			return expression.key === "mark" ? markText(dialect) : expression.key;
		case "ct":
			return `ct ${expression.key}`;
		case "address-type":
			return `fib ${expression.of} type`;
		case "random":
			return `numgen random mod ${expression.modulus}`;
		case "concat":
			return expression.parts.map((part) => expressionText(part, dialect)).join(" . ");
		case "masked-mark": {
			const sign = dialect === "listing" ? SIGNS[expression.operator] : expression.operator;
			return `${markText(dialect)} ${sign} ${hex(expression.bits)}`;
		}
		default:
			return unreachable(expression);
	}
}

/** The mark alone; kube-proxy leaves out the word that nft shows. */
export function markText(dialect: Dialect): string {
	return dialect === "listing" ? "meta mark" : "mark";
}

/** A test: `ip saddr != 10.244.0.0/16`, `mark and 0x00004000 != 0`. */
export function matchText(match: Match, dialect: Dialect): string {
	const { left, isNegated, right } = match;
	const prefix = dialect === "listing" ? prefixMatchText(match) : undefined;
	if (prefix !== undefined) return prefix;
	const sign = isNegated ? "!= " : left.kind === "masked-mark" ? "== " : "";
	return `${expressionText(left, dialect)} ${sign}${operandText(left, right, dialect)}`;
}

/** A mask of the highest bits is shown as a prefix: `meta mark != 0x00000000/1`. */
function prefixMatchText({ left, isNegated, right }: Match): string | undefined {
	if (left.kind !== "masked-mark" || left.operator !== "and" || right.kind !== "value") return undefined;
	const length = Math.clz32(~left.bits);
	if (length === 0 || left.bits !== (2 ** 32 - 2 ** (32 - length)) >>> 0) return undefined;
	const end = length === 32 ? "" : `/${length}`;
	return `meta mark ${isNegated ? "!= " : ""}${hex(Number(right.text))}${end}`;
}

function operandText(left: Expression, right: Match["right"], dialect: Dialect): string {
	switch (right.kind) {
		case "named-set":
			return `@${right.set}`;
		case "value":
			return valueText(left, right.text, dialect);
		case "members":
			if (dialect === "listing") return listedSet(left, right);
			return `{ ${right.members.join(right.style === "tight" ? "," : " , ")} }`;
		default:
			return unreachable(right);
	}
}

function listedSet(left: Expression, { members, style }: Extract<Operand, { readonly kind: "members" }>): string {
	const shown = (style !== "listed" && isAddress(left) ? listedMembers(members) : undefined) ?? members;
	const texts = shown.map((member) => valueText(left, member, "listing"));
	return members.length === 1 && style !== "listed" ? texts.join("") : `{ ${texts.join(", ")} }`;
}

function valueText(left: Expression, text: string, dialect: Dialect): string {
	if (dialect === "transaction") return text;
	if (left.kind === "masked-mark" || (left.kind === "meta" && left.key === "mark")) return hex(Number(text));
	if (isInterface(left)) return quote(text);
	return isAddress(left) ? listedAddress(text) : text;
}

function isInterface(left: Expression): boolean {
	return left.kind === "meta" && (left.key.startsWith("iif") || left.key.startsWith("oif"));
}

function isAddress(left: Expression): boolean {
	return left.kind === "payload" && (left.field === "saddr" || left.field === "daddr");
}

function hex(value: number): string {
	return `0x${value.toString(16).padStart(8, "0")}`;
}
