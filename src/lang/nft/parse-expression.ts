import { type Expression, HEADERS, type Match, META_KEYS, type MetaKey, type Operand } from "./statement.ts";
import { type Cursor, peek, take, takeBraced, takeIf, unquoted } from "./tokens.ts";

/** Reads what a test looks at; undefined when it is not modelled. */
export function takeExpression(cursor: Cursor): Expression | undefined {
	const first = takePart(cursor);
	if (first === undefined || peek(cursor) !== ".") return first;
	const parts = [first];
	while (takeIf(cursor, ".")) {
		const part = takePart(cursor);
		if (part === undefined) return undefined;
		parts.push(part);
	}
	return { kind: "concat", parts };
}

/** Reads the rest of a test; undefined when it is not modelled. */
export function takeMatch(left: Expression, cursor: Cursor): Match | undefined {
	const isNegated = takeIf(cursor, "!=");
	const isExplicit = isNegated || takeIf(cursor, "==");
	if (left.kind === "masked-mark" && !isExplicit) return undefined;
	const prefix = left.kind === "meta" && left.key === "mark" ? takeMarkPrefix(cursor) : undefined;
	if (prefix !== undefined) {
		return { kind: "match", left: prefix.left, isNegated, right: { kind: "value", text: String(prefix.value) } };
	}
	const right = takeOperand(left, cursor);
	return right && { kind: "match", left, isNegated, right };
}

/** The mark with a mask: `and 0x4000`, `| 0x4000`; undefined when there is none. */
export function takeMask(cursor: Cursor): Extract<Expression, { readonly kind: "masked-mark" }> | undefined {
	const operator = OPERATORS.get(peek(cursor) ?? "");
	const bits = numberOf(peek(cursor, 1) ?? "");
	if (operator === undefined || bits === undefined) return undefined;
	cursor.at += 2;
	return { kind: "masked-mark", operator, bits };
}

const OPERATORS: ReadonlyMap<string, "and" | "or" | "xor"> = new Map([
	["and", "and"],
	["&", "and"],
	["or", "or"],
	["|", "or"],
	["xor", "xor"],
	["^", "xor"],
] as const);

/** A 32-bit number, decimal or with `0x`. */
function numberOf(text: string): number | undefined {
	const number = /^(?:0x[0-9a-f]{1,8}|0|[1-9]\d{0,9})$/.test(text) ? Number(text) : Number.NaN;
	return number < 2 ** 32 ? number : undefined;
}

const FIELDS: Readonly<Record<string, readonly string[]>> = { ip: ["saddr", "daddr"], ip6: ["saddr", "daddr"] };

const PORT_FIELDS = ["sport", "dport"];

function takePart(cursor: Cursor): Expression | undefined {
	const word = take(cursor) ?? "";
	const header = HEADERS.find((one) => one === word);
	if (header !== undefined) {
		const field = take(cursor) ?? "";
		return (FIELDS[header] ?? PORT_FIELDS).includes(field) ? { kind: "payload", header, field } : undefined;
	}
	if (word === "ct") {
		const key = take(cursor);
		return key === "state" || key === "status" ? { kind: "ct", key } : undefined;
	}
	if (word === "fib") {
		const of = take(cursor);
		return (of === "saddr" || of === "daddr") && takeIf(cursor, "type") ? { kind: "address-type", of } : undefined;
	}
	if (word === "numgen") {
		const modulus = takeIf(cursor, "random", "mod") ? numberOf(take(cursor) ?? "") : undefined;
		return modulus === undefined || peek(cursor) === "offset" ? undefined : { kind: "random", modulus };
	}
	const key = metaKey(word === "meta" ? (take(cursor) ?? "") : word);
	if (key === undefined || (word === "l4proto" && key === "l4proto")) return undefined;
	return key === "mark" ? (takeMask(cursor) ?? { kind: "meta", key }) : { kind: "meta", key };
}

function metaKey(word: string): MetaKey | undefined {
	return META_KEYS.find((one) => one === word);
}

/** `0x00000000/1`: the highest bits of a mark. */
function takeMarkPrefix(cursor: Cursor): { readonly left: Expression; readonly value: number } | undefined {
	const [, value = "", length = ""] = /^(0x[0-9a-f]{8})\/(\d{1,2})$/.exec(peek(cursor) ?? "") ?? [];
	const size = Number(length);
	if (value === "" || size < 1 || size > 31) return undefined;
	cursor.at++;
	const bits = 2 ** 32 - 2 ** (32 - size);
	return { left: { kind: "masked-mark", operator: "and", bits }, value: Number(value) };
}

const VALUE = /^(?:"[^"]*"|[\w:][\w.:/*-]*)$/;

function takeOperand(left: Expression, cursor: Cursor): Operand | undefined {
	const word = peek(cursor) ?? "";
	if (/^@./.test(word)) {
		cursor.at++;
		return { kind: "named-set", set: word.slice(1) };
	}
	if (word === "{") return takeMembers(left, cursor);
	const texts: string[] = [];
	do {
		const text = comparable(left, take(cursor) ?? "");
		if (text === undefined) return undefined;
		texts.push(text);
	} while (takeIf(cursor, ","));
	return { kind: "value", text: texts.join(",") };
}

function takeMembers(left: Expression, cursor: Cursor): Operand | undefined {
	const before = cursor.tokens[cursor.at]?.start ?? 0;
	const members = takeBraced(cursor)?.map(([word = "", ...others]) =>
		others.length > 0 ? undefined : comparable(left, word),
	);
	const known = members?.flatMap((member) => member ?? []);
	if (members === undefined || known === undefined || known.length < members.length || known.length === 0)
		return undefined;
	if (cursor.dialect === "listing") return { kind: "members", members: known, style: "listed" };
	const written = cursor.text.slice(before, cursor.tokens[cursor.at - 1]?.start);
	return { kind: "members", members: known, style: /,\S/.test(written) ? "tight" : "spaced" };
}

/** What a test compares with: marks as decimal numbers, other texts without quotes; undefined when it is none. */
function comparable(left: Expression, word: string): string | undefined {
	if (!VALUE.test(word)) return undefined;
	const isMark = left.kind === "masked-mark" || (left.kind === "meta" && left.key === "mark");
	if (!isMark) return unquoted(word);
	const number = numberOf(word);
	return number === undefined ? undefined : String(number);
}
