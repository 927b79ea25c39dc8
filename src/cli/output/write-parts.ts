import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Part } from "../../backend/backend.ts";
import { codeOf, reasonOf, Trouble } from "../../trouble.ts";

/** A file that is written, and what it takes the place of. */
export interface Draft {
	readonly draft: string;
	readonly file: string;
}

/**
 * Writes every part next to where it will be, so that a full disk leaves no half output.
 *
 * @param directory is made if it is not there
 * @throws Trouble when one cannot be written; then none is left
 */
export function draftParts(directory: string, parts: readonly Part[]): readonly Draft[] {
	const texts = parts.map((part) => ({ file: join(directory, part.name), text: part.print() }));
	const drafts = texts.map(({ file }) => ({ draft: `${file}.new`, file }));
	try {
		makeDirectory(directory);
		for (const { file, text } of texts) writeFileSync(`${file}.new`, text);
	} catch (error) {
		removeDrafts(drafts);
		throw unwritable(directory, error);
	}
	return drafts;
}

/** Puts drafts in their places. */
export function placeDrafts(drafts: readonly Draft[]): void {
	for (const { draft, file } of drafts) {
		try {
			renameSync(draft, file);
		} catch (error) {
			removeDrafts(drafts);
			throw unwritable(dirname(file), error);
		}
	}
}

/** Gives up: removes drafts that are there. */
export function removeDrafts(drafts: readonly Draft[]): void {
	for (const { draft } of drafts) {
		try {
			rmSync(draft, { force: true });
		} catch {
			// Where nothing can be written, nothing was.
		}
	}
}

function unwritable(directory: string, error: unknown): Trouble {
	return new Trouble(`--output-dir ${directory}: cannot be written: ${reasonOf(error)}`);
}

/** With its parents. Node's own way (`recursive`) never ends in file systems such as /proc. */
function makeDirectory(directory: string): void {
	if (existsSync(directory)) return;
	makeDirectory(dirname(directory));
	try {
		mkdirSync(directory);
	} catch (error) {
		// Another thread was faster.
		if (codeOf(error) !== "EEXIST") throw error;
	}
}
