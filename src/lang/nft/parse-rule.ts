import type { Dialect } from "./dialect.ts";
import { takeExpression, takeMask, takeMatch } from "./parse-expression.ts";
import type { DnatEntry, Expression, Statement, Verdict, VerdictEntry } from "./statement.ts";
import type { Rule } from "./table.ts";
import { type Cursor, cursorOf, peek, rest, take, takeBraced, takeIf, unquoted } from "./tokens.ts";

/**
 * Parses a rule as it stands behind the name of its chain. What is not modelled, and all that follows it, becomes one unknown
 * statement, so that nothing is lost. Never throws.
 */
export function parseRule(text: string, dialect: Dialect): Rule {
	const all = cursorOf(text, dialect);
	const comment = commentOf(all);
	const cursor = comment === undefined ? all : { ...all, tokens: all.tokens.slice(0, -2) };
	const statements: Statement[] = [];
	while (peek(cursor) !== undefined) {
		const start = cursor.at;
		const statement = takeStatement(cursor);
		if (statement === undefined) cursor.at = start;
		statements.push(statement ?? { kind: "unknown", text: rest(cursor) });
		if (statement === undefined) break;
	}
	return { statements, comment, origin: undefined };
}

/** Reads a verdict; undefined when there is none. */
export function verdictOf(words: readonly string[]): Verdict | undefined {
	const [kind, chain, ...others] = words;
	if (others.length > 0) return undefined;
	if (kind === "jump" || kind === "goto") return chain === undefined ? undefined : { kind, chain };
	const isPlain = kind === "accept" || kind === "drop" || kind === "return" || kind === "continue";
	return isPlain && chain === undefined ? { kind } : undefined;
}

/** The comment is the last part of a rule. */
function commentOf({ tokens }: Cursor): string | undefined {
	const [word, text = ""] = tokens.slice(-2).map((token) => token.text);
	return word === "comment" && /^".*"$/.test(text) ? unquoted(text) : undefined;
}

function takeStatement(cursor: Cursor): Statement | undefined {
	switch (peek(cursor)) {
		case "accept":
		case "drop":
		case "return":
		case "continue":
			return takeVerdict(cursor, 1);
		case "jump":
		case "goto":
			return takeVerdict(cursor, 2);
		case "counter":
			return takeCounter(cursor);
		case "reject":
			return takeReject(cursor);
		case "masquerade":
			return takeMasquerade(cursor);
		case "update":
			return takeUpdate(cursor);
		case "dnat":
			return takeDnat(cursor);
		default:
			return takeIf(cursor, "mark", "set") || takeIf(cursor, "meta", "mark", "set")
				? takeSetMark(cursor)
				: takeTest(cursor);
	}
}

function takeVerdict(cursor: Cursor, count: number): Statement | undefined {
	const words = cursor.tokens.slice(cursor.at, cursor.at + count).map(({ text }) => text);
	cursor.at += count;
	const verdict = verdictOf(words);
	return verdict && { kind: "verdict", verdict };
}

function takeCounter(cursor: Cursor): Statement | undefined {
	cursor.at++;
	if (peek(cursor) === "name") return undefined;
	if (!takeIf(cursor, "packets")) return { kind: "counter" };
	const isCount = (text = ""): boolean => /^\d+$/.test(text);
	return isCount(take(cursor)) && takeIf(cursor, "bytes") && isCount(take(cursor)) ? { kind: "counter" } : undefined;
}

/** Nothing follows a rejection, so all that is left says with what. */
function takeReject(cursor: Cursor): Statement {
	const words = cursor.tokens.slice(cursor.at + 1).map(({ text }) => text);
	cursor.at = cursor.tokens.length;
	return { kind: "reject", with: words };
}

function takeMasquerade(cursor: Cursor): Statement | undefined {
	cursor.at++;
	const flags: string[] = [];
	if (peek(cursor) === "to") return undefined;
	while (["random", "fully-random", "persistent"].includes(peek(cursor) ?? "")) {
		flags.push(take(cursor) ?? "");
		if (!takeIf(cursor, ",")) break;
	}
	return { kind: "masquerade", flags };
}

function takeUpdate(cursor: Cursor): Statement | undefined {
	cursor.at++;
	const set = take(cursor) ?? "";
	const key = /^@./.test(set) && takeIf(cursor, "{") ? takeExpression(cursor) : undefined;
	return key !== undefined && takeIf(cursor, "}") ? { kind: "update", set: set.slice(1), key } : undefined;
}

/** Only the mark itself with one mask is modelled. */
function takeSetMark(cursor: Cursor): Statement | undefined {
	const isOfMark = takeIf(cursor, "mark") || takeIf(cursor, "meta", "mark");
	const value = isOfMark ? takeMask(cursor) : undefined;
	return value !== undefined && takeMask(cursor) === undefined ? { kind: "set-mark", value } : undefined;
}

function takeDnat(cursor: Cursor): Statement | undefined {
	cursor.at++;
	if (takeIf(cursor, "to")) {
		const to = take(cursor) ?? "";
		return /^(?:[\d.]+|\[[0-9a-f:.]+\]):\d{1,5}$/.test(to) ? { kind: "dnat", to } : undefined;
	}
	const family = take(cursor);
	if (family !== "ip" && family !== "ip6") return undefined;
	takeIf(cursor, "addr", ".", "port");
	const key = takeIf(cursor, "to") ? takeExpression(cursor) : undefined;
	const parts = key !== undefined && takeIf(cursor, "map") ? takeBraced(cursor) : undefined;
	const entries = parts?.flatMap((words) => dnatEntry(words) ?? []);
	if (key === undefined || entries === undefined || entries.length !== parts?.length) return undefined;
	return { kind: "dnat-map", family, key, entries };
}

function dnatEntry(words: readonly string[]): DnatEntry | undefined {
	const [key = "", colon, ip = "", dot, port = "", ...others] = words;
	const isEntry = colon === ":" && dot === "." && others.length === 0 && /^\d{1,5}$/.test(port);
	return isEntry ? { key, ip, port: Number(port) } : undefined;
}

function takeTest(cursor: Cursor): Statement | undefined {
	const left = takeExpression(cursor);
	if (left === undefined) return undefined;
	return takeIf(cursor, "vmap") ? takeVerdictMap(left, cursor) : takeMatch(left, cursor);
}

function takeVerdictMap(key: Expression, cursor: Cursor): Statement | undefined {
	const name = peek(cursor) ?? "";
	if (/^@./.test(name)) {
		cursor.at++;
		return { kind: "vmap", key, map: name.slice(1) };
	}
	const parts = takeBraced(cursor);
	const entries = parts?.flatMap((words) => verdictEntry(words) ?? []);
	return entries !== undefined && entries.length === parts?.length ? { kind: "vmap", key, map: entries } : undefined;
}

function verdictEntry([key = "", colon, ...words]: readonly string[]): VerdictEntry | undefined {
	const verdict = colon === ":" ? verdictOf(words) : undefined;
	return verdict && { key, verdict };
}
