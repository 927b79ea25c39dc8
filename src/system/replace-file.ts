import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** How a file is replaced. */
export interface ReplaceOptions {
	/** Who may read and write it afterwards; undefined: as the process' umask has it. */
	readonly mode?: number;
	/** Whether it has to be there after a loss of power, too. */
	readonly isLasting?: boolean;
}

/**
 * Writes a file in one step: whoever reads it finds the old text or the new one. What was begun is written next to it as
 * `.NAME.….new`; only a process that is killed leaves that behind.
 *
 * @throws what the system says; then the old file is there
 */
export function replaceFile(file: string, text: string, { mode, isLasting = false }: ReplaceOptions = {}): void {
	const directory = dirname(file);
	const draft = join(directory, `.${basename(file)}.${randomBytes(6).toString("hex")}.new`);
	try {
		writeNew(draft, text, mode, isLasting);
		renameSync(draft, file);
	} catch (error) {
		rmSync(draft, { force: true });
		throw error;
	}
	if (isLasting) syncDirectory(directory);
}

function writeNew(file: string, text: string, mode: number | undefined, isLasting: boolean): void {
	const descriptor = openSync(file, "wx", mode);
	try {
		writeFileSync(descriptor, text);
		if (isLasting) fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
}

/** That the file has its name now is news to the directory. Some file systems cannot be told to keep it. */
function syncDirectory(directory: string): void {
	const descriptor = openSync(directory, "r");
	try {
		fsyncSync(descriptor);
	} catch {
	} finally {
		closeSync(descriptor);
	}
}
