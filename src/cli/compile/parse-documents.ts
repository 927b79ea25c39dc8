import yaml from "js-yaml";
import type { SourceDocument } from "../../snapshot/read-snapshot.ts";
import { Trouble } from "../../trouble.ts";
import { aliasWatcher } from "./aliases.ts";

/**
 * Parses a text: JSON (one document, or several in a row) or YAML (one or many documents).
 *
 * YAML is read by the core schema, so an unquoted date stays text. Throws a `Trouble` with line and column when the
 * text is neither.
 */
export function parseDocuments(text: string, source: string): readonly SourceDocument[] {
	const body = text.startsWith("\ufeff") ? text.slice(1) : text;
	const values = parseJSON(body) ?? parseYAML(body, source);
	const several = values.length > 1;
	return values.map((value, index) => ({ value, source: several ? `${source}, document ${index + 1}` : source }));
}

function parseJSON(text: string): readonly unknown[] | undefined {
	if (!/^\s*[{[]/.test(text)) return undefined;
	try {
		return [JSON.parse(text)];
	} catch {
		return parseConcatenatedJSON(text);
	}
}

/** `{…}{…}` or one object a line, as `jq -c` prints; undefined when it is not that. */
function parseConcatenatedJSON(text: string): readonly unknown[] | undefined {
	const parts = splitObjects(text);
	if (parts === undefined || parts.length < 2) return undefined;
	try {
		return parts.map((part) => JSON.parse(part));
	} catch {
		return undefined;
	}
}

/** Cuts a text behind each closing bracket of the outermost level; undefined when brackets do not match. */
function splitObjects(text: string): readonly string[] | undefined {
	const parts: string[] = [];
	let depth = 0;
	let start = 0;
	for (let at = 0; at < text.length; at++) {
		const character = text[at];
		if (character === '"') at = endOfString(text, at);
		else if (character === "{" || character === "[") depth++;
		else if (character === "}" || character === "]") depth--;
		else continue;
		if (depth < 0) return undefined;
		if (depth > 0 || character === '"') continue;
		parts.push(text.slice(start, at + 1));
		start = at + 1;
	}
	return depth === 0 && text.slice(start).trim() === "" ? parts : undefined;
}

/** Where the string that begins at `start` ends. */
function endOfString(text: string, start: number): number {
	let at = start + 1;
	while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
	return at;
}

function parseYAML(text: string, source: string): readonly unknown[] {
	try {
		const values: unknown[] = [];
		const listener = text.includes("&") ? { listener: aliasWatcher(source) } : {};
		yaml.loadAll(text, (value) => values.push(value), { schema: yaml.CORE_SCHEMA, ...listener });
		return values.filter((value) => value !== undefined && value !== null);
	} catch (error) {
		throw yamlTrouble(error, source);
	}
}

function yamlTrouble(error: unknown, source: string): unknown {
	if (error instanceof yaml.YAMLException) {
		const { line, column } = error.mark ?? {};
		const place = line === undefined || column === undefined ? source : `${source}:${line + 1}:${column + 1}`;
		return new Trouble(`${place}: cannot be parsed as YAML or JSON: ${error.reason}`);
	}
	if (error instanceof RangeError) return new Trouble(`${source}: cannot be parsed: nested too deeply`);
	return error;
}
