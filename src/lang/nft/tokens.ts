import type { Dialect } from "./dialect.ts";

/** A word of nft text, and where it stands. */
export interface Token {
	/** As written: a text in quotes keeps them. */
	readonly text: string;
	readonly start: number;
}

/** The words of a text. Braces, commas and semicolons are words of their own; what follows a `#` is none. */
export function tokensOf(text: string): readonly Token[] {
	const found = text.matchAll(/"[^"]*"?|[{},;]|#.*|[^\s{},;"#]+/g);
	return [...found].filter(([word]) => !word.startsWith("#")).map((match) => ({ text: match[0], start: match.index }));
}

/** A word without the quotes around it. */
export function unquoted(text: string): string {
	return /^".*"$/.test(text) ? text.slice(1, -1) : text;
}

/** A place in a list of words that moves on as they are read. */
export interface Cursor {
	readonly dialect: Dialect;
	readonly text: string;
	readonly tokens: readonly Token[];
	at: number;
}

/** Begins to read a text. */
export function cursorOf(text: string, dialect: Dialect): Cursor {
	return { dialect, text, tokens: tokensOf(text), at: 0 };
}

/** The next word, or the one `ahead` of it; undefined at the end. */
export function peek(cursor: Cursor, ahead = 0): string | undefined {
	return cursor.tokens[cursor.at + ahead]?.text;
}

/** Reads the next word. */
export function take(cursor: Cursor): string | undefined {
	const text = peek(cursor);
	cursor.at++;
	return text;
}

/** Reads the next words if they are these. */
export function takeIf(cursor: Cursor, ...words: readonly string[]): boolean {
	const isThere = words.every((word, index) => peek(cursor, index) === word);
	if (isThere) cursor.at += words.length;
	return isThere;
}

/** Everything from the next word on, as it was written; empty at the end. */
export function rest({ text, tokens, at }: Cursor): string {
	const first = tokens[at];
	const last = tokens.at(-1);
	return first === undefined || last === undefined ? "" : text.slice(first.start, last.start + last.text.length);
}

/** Reads `{ PART, PART }`; each part is a list of words. Undefined when that is not there. */
export function takeBraced(cursor: Cursor): readonly (readonly string[])[] | undefined {
	if (!takeIf(cursor, "{")) return undefined;
	const parts: string[][] = [[]];
	for (let word = take(cursor); word !== "}"; word = take(cursor)) {
		if (word === undefined || word === "{" || word === ";") return undefined;
		if (word === ",") parts.push([]);
		else parts.at(-1)?.push(word);
	}
	return parts.at(-1)?.length === 0 ? parts.slice(0, -1) : parts;
}
