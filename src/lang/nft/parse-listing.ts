import { elementOf } from "./parse-element.ts";
import { parseHook } from "./parse-hook.ts";
import { parseRule } from "./parse-rule.ts";
import { newSet, readProperty } from "./parse-set.ts";
import { type Chain, type NamedSet, type Rule, TABLE_FAMILIES, type Table, type TableName } from "./table.ts";
import { cursorOf, takeBraced, tokensOf, unquoted } from "./tokens.ts";

/** What came out of parsing. */
export interface ParsedListing {
	/** In the order of the text. */
	readonly tables: readonly Table[];
	/** Lines outside of any table, and tables that end too early, by number from 1. */
	readonly problems: readonly ListingProblem[];
}

/** Something wrong with a text as a whole. */
export interface ListingProblem {
	readonly line: number;
	/** One sentence without a full stop: what was expected, what was found. */
	readonly message: string;
}

interface Lines {
	readonly all: readonly string[];
	at: number;
	readonly problems: ListingProblem[];
}

/**
 * Parses what `nft list ruleset` and `nft list table` print, with or without `-s` and `-a`. Whatever is not modelled is kept as it
 * was written. Never throws.
 */
export function parseNftListing(text: string): ParsedListing {
	const lines: Lines = { all: text.split("\n").map(withoutHandle), at: 0, problems: [] };
	const tables: Table[] = [];
	for (let line = next(lines); line !== undefined; line = next(lines)) {
		const name = tableName(line);
		if (name !== undefined) tables.push(readTable(name, lines));
		else if (line.trim() !== "") report(lines, `expected a table, got ${JSON.stringify(line.slice(0, 80))}`);
	}
	return { tables, problems: lines.problems };
}

/** Ends of lines that nft adds for people: numbers of rules, warnings. */
function withoutHandle(line: string): string {
	const last = tokensOf(line).at(-1);
	return last === undefined ? "" : line.slice(0, last.start + last.text.length);
}

function next(lines: Lines): string | undefined {
	const line = lines.all[lines.at];
	lines.at++;
	return line;
}

function report(lines: Lines, message: string): void {
	lines.problems.push({ line: Math.min(lines.at, lines.all.length), message });
}

function tableName(line: string): TableName | undefined {
	const [, family, name] = /^table (\w+) (\S+) \{$/.exec(line) ?? [];
	const known = TABLE_FAMILIES.find((one) => one === family);
	return known === undefined || name === undefined ? undefined : { family: known, name };
}

/** The lines of a block, up to its closing brace, which is read too. */
function* linesOf(lines: Lines, what: string): Generator<string> {
	for (let line = next(lines); line !== undefined; line = next(lines)) {
		const text = line.trim();
		if (text === "}") return;
		if (text !== "") yield text;
	}
	report(lines, `expected the end of ${what}, got the end of the text`);
}

function readTable(name: TableName, lines: Lines): Table {
	let comment: string | undefined;
	const sets: NamedSet[] = [];
	const chains: Chain[] = [];
	const unknown: string[] = [];
	for (const line of linesOf(lines, `table ${name.family} ${name.name}`)) {
		const [, kind, own = ""] = /^(set|map|chain) (\S+) \{$/.exec(line) ?? [];
		if (kind === "chain") chains.push(readChain(own, name, lines));
		else if (kind === "set" || kind === "map") sets.push(readSet(kind, own, lines));
		else if (line.endsWith("{")) unknown.push(readBlock(line, lines));
		else if (isComment(line)) comment = unquoted(line.slice("comment ".length));
		else unknown.push(line);
	}
	return { ...name, comment, sets, chains, unknown };
}

function readChain(name: string, { family }: TableName, lines: Lines): Chain {
	let comment: string | undefined;
	let hook: Chain["hook"];
	const rules: Rule[] = [];
	for (const line of linesOf(lines, `chain ${name}`)) {
		const found = rules.length === 0 && hook === undefined ? parseHook(family, line) : undefined;
		if (found !== undefined) hook = found;
		else if (rules.length === 0 && isComment(line)) comment = unquoted(line.slice("comment ".length));
		else rules.push(parseRule(line, "listing"));
	}
	return { name, comment, hook, rules };
}

function readSet(kind: "set" | "map", name: string, lines: Lines): NamedSet {
	const set = newSet(kind, name);
	let elements: NamedSet["elements"] = [];
	for (const line of linesOf(lines, `${kind} ${name}`)) {
		if (line.startsWith("elements = {")) elements = readElements(line, lines);
		else readProperty(set, line);
	}
	return { ...set, elements };
}

/** Elements go on over as many lines as it takes. */
function readElements(first: string, lines: Lines): NamedSet["elements"] {
	const parts = [first.slice("elements = ".length)];
	while (!parts.at(-1)?.endsWith("}")) {
		const line = next(lines);
		if (line === undefined) {
			report(lines, "expected the end of elements, got the end of the text");
			parts.push("}");
		} else parts.push(line);
	}
	const words = takeBraced(cursorOf(parts.join("\n"), "listing"));
	if (words === undefined) report(lines, "expected elements with commas between them");
	return (words ?? []).flatMap((one) => elementOf(one) ?? []);
}

/** A whole block as it was written. */
function readBlock(head: string, lines: Lines): string {
	const inner = [...linesOf(lines, head.slice(0, -1).trim())];
	return [head, ...inner.map((line) => `\t\t${line}`), "\t}"].join("\n");
}

function isComment(line: string): boolean {
	return /^comment "[^"]*"$/.test(line);
}
