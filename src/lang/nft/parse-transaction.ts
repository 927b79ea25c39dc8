import { elementOf } from "./parse-element.ts";
import { parseHook } from "./parse-hook.ts";
import { parseRule } from "./parse-rule.ts";
import { newSet, readProperty } from "./parse-set.ts";
import { type ChainDeclaration, TABLE_FAMILIES, type TableFamily, type TableName } from "./table.ts";
import { type Cursor, cursorOf, peek, rest, take, takeBraced, takeIf, tokensOf, unquoted } from "./tokens.ts";
import type { Command, Operation, Transaction } from "./transaction.ts";

/** What came out of parsing. */
export interface ParsedTransaction {
	readonly transaction: Transaction;
	/** Lines that are not understood, by number from 1: other commands, commands over several lines. */
	readonly unknown: readonly UnknownLine[];
}

/** A line that says something this cannot hold. */
export interface UnknownLine {
	readonly line: number;
	readonly text: string;
}

/** Parses what `nft -f -` reads, one command a line, as kube-proxy writes it. Never throws. */
export function parseNftTransaction(text: string): ParsedTransaction {
	const transaction: Operation[] = [];
	const unknown: UnknownLine[] = [];
	for (const [index, line] of text.split("\n").entries()) {
		const cursor = cursorOf(line, "transaction");
		if (cursor.tokens.length === 0) continue;
		const operations = readLine(cursor);
		if (operations === undefined) unknown.push({ line: index + 1, text: line });
		else transaction.push(...operations);
	}
	return { transaction, unknown };
}

function readLine(cursor: Cursor): readonly Operation[] | undefined {
	const verb = take(cursor);
	const what = take(cursor);
	const family = tableFamily(take(cursor));
	const name = take(cursor);
	if (verb === undefined || what === undefined || family === undefined || name === undefined) return undefined;
	const table: TableName = { family, name };
	const commands = readCommands(`${verb} ${what}`, table, cursor);
	return commands?.map((command) => ({ table, ...command }));
}

function readCommands(verb: string, table: TableName, cursor: Cursor): readonly Command[] | undefined {
	if (verb === "add table" || verb === "delete table") return only(readTable(verb, cursor));
	const name = take(cursor);
	if (name === undefined || /^[{},;]/.test(name)) return undefined;
	switch (verb) {
		case "add chain":
			return only(readChain(name, table.family, cursor));
		case "add rule":
			return [{ kind: "add-rule", chain: name, rule: parseRule(rest(cursor), "transaction") }];
		case "add set":
		case "add map":
			return only(readSet(verb === "add map" ? "map" : "set", name, cursor));
		case "add element":
		case "delete element":
			return readElements(verb === "add element" ? "add-element" : "delete-element", name, cursor);
		default:
			return peek(cursor) === undefined ? only(removal(verb, name)) : undefined;
	}
}

function removal(verb: string, name: string): Command | undefined {
	switch (verb) {
		case "flush chain":
			return { kind: "flush-chain", name };
		case "delete chain":
			return { kind: "delete-chain", name };
		case "flush set":
			return { kind: "flush-set", of: "set", name };
		case "flush map":
			return { kind: "flush-set", of: "map", name };
		case "delete set":
			return { kind: "delete-set", of: "set", name };
		case "delete map":
			return { kind: "delete-set", of: "map", name };
		default:
			return undefined;
	}
}

function readTable(verb: string, cursor: Cursor): Command | undefined {
	if (verb === "delete table") return peek(cursor) === undefined ? { kind: "delete-table" } : undefined;
	const parts = readBody(cursor);
	if (parts === undefined || parts.length > 1) return undefined;
	const comment = commentIn(parts[0]);
	return parts.length === 1 && comment === undefined ? undefined : { kind: "add-table", comment };
}

function readChain(name: string, family: TableFamily, cursor: Cursor): Command | undefined {
	const parts = readBody(cursor);
	if (parts === undefined) return undefined;
	let chain: ChainDeclaration = { name, comment: undefined, hook: undefined };
	const policy = parts.find((part) => part.startsWith("policy "));
	for (const part of parts.filter((one) => one !== policy)) {
		const comment = commentIn(part);
		const hook =
			comment === undefined ? parseHook(family, policy === undefined ? part : `${part}; ${policy}`) : undefined;
		if (comment === undefined && hook === undefined) return undefined;
		chain = { name, comment: comment ?? chain.comment, hook: hook ?? chain.hook };
	}
	return { kind: "add-chain", chain };
}

function readSet(kind: "set" | "map", name: string, cursor: Cursor): Command | undefined {
	const parts = readBody(cursor);
	if (parts === undefined) return undefined;
	const set = newSet(kind, name);
	for (const part of parts) readProperty(set, part);
	return { kind: "add-set", set };
}

function readElements(
	kind: "add-element" | "delete-element",
	set: string,
	cursor: Cursor,
): readonly Command[] | undefined {
	const parts = takeBraced(cursor);
	const elements = parts?.flatMap((words) => elementOf(words) ?? []);
	if (elements === undefined || elements.length !== parts?.length || peek(cursor) !== undefined) return undefined;
	return elements.map((element) => ({ kind, set, element }));
}

/** The parts of `{ PART ; PART ; }`, each as it was written; none without braces. Undefined when it is something else. */
function readBody(cursor: Cursor): readonly string[] | undefined {
	if (peek(cursor) === undefined) return [];
	const text = rest(cursor);
	if (!takeIf(cursor, "{") || !text.endsWith("}")) return undefined;
	const inner = text.slice(1, -1);
	const parts: string[] = [];
	let start = 0;
	for (const { text: word, start: at } of tokensOf(inner)) {
		if (word === "{" || word === "}") return undefined;
		if (word !== ";") continue;
		parts.push(inner.slice(start, at).trim());
		start = at + 1;
	}
	const last = inner.slice(start).trim();
	return last === "" ? parts : [...parts, last];
}

function commentIn(part: string | undefined): string | undefined {
	const text = /^comment ("[^"]*")$/.exec(part ?? "")?.[1];
	return text === undefined ? undefined : unquoted(text);
}

function tableFamily(text: string | undefined): TableFamily | undefined {
	return TABLE_FAMILIES.find((family) => family === text);
}

function only<T>(value: T | undefined): readonly T[] | undefined {
	return value === undefined ? undefined : [value];
}
