import { isAscii } from "node:buffer";
import { accessSync, constants, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { SourceDocument } from "../../snapshot/read-snapshot.ts";
import { reasonOf, Trouble } from "../../trouble.ts";
import { parseDocuments } from "./parse-documents.ts";

/** Which files a directory contributes. */
const OBJECT_FILE = /\.(?:ya?ml|json)$/;

/**
 * Reads and parses every `-f`: files, directories, `-` for standard input, in the order given; files of a directory by
 * name.
 */
export async function readInputs(
	filenames: readonly string[],
	isRecursive: boolean,
): Promise<readonly SourceDocument[]> {
	if (filenames.filter((name) => name === "-").length > 1) throw new Trouble("-f -: standard input can be given once");
	const read: (readonly SourceDocument[])[] = [];
	for (const filename of filenames) {
		if (filename === "-") read.push(parseDocuments(await readStandardInput(), "standard input"));
		else for (const file of filesOf(filename, isRecursive)) read.push(parseDocuments(readText(file), file));
	}
	const documents = read.flat();
	if (documents.length === 0) throw new Trouble(`${filenames.map(nameOf).join(", ")}: no object found`);
	return documents;
}

/** Whether a file can be read, without reading it: it may be a pipe. @throws Trouble when it cannot */
export function checkReadable(file: string): void {
	try {
		accessSync(file, constants.R_OK);
	} catch (error) {
		throw new Trouble(`${file}: cannot be read: ${reasonOf(error)}`);
	}
}

/** Reads a file as UTF-8. */
export function readText(file: string): string {
	try {
		return textOf(readFileSync(file));
	} catch (error) {
		throw new Trouble(`${file}: cannot be read: ${reasonOf(error)}`);
	}
}

function nameOf(filename: string): string {
	return filename === "-" ? "standard input" : filename;
}

function filesOf(path: string, isRecursive: boolean): readonly string[] {
	try {
		if (!statSync(path).isDirectory()) return [path];
		return filesIn(path, isRecursive);
	} catch (error) {
		throw new Trouble(`${path}: cannot be read: ${reasonOf(error)}`);
	}
}

function filesIn(directory: string, isRecursive: boolean): readonly string[] {
	const entries = readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
	return entries.flatMap((entry) => {
		const path = join(directory, entry.name);
		if (entry.isDirectory()) return isRecursive ? filesIn(path, true) : [];
		return OBJECT_FILE.test(entry.name) ? [path] : [];
	});
}

/** Reads standard input to its end, as UTF-8. */
export async function readStandardInput(): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of process.stdin) chunks.push(chunk);
	try {
		return textOf(Buffer.concat(chunks));
	} catch (error) {
		throw new Trouble(`standard input: cannot be read: ${reasonOf(error)}`);
	}
}

/** The text of UTF-8. Mostly each character is one byte; then nothing has to be decoded, which is three times as fast. */
function textOf(bytes: Buffer): string {
	return bytes.toString(isAscii(bytes) ? "latin1" : "utf8");
}
