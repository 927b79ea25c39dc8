import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, lstatSync, openSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { reasonOf, Trouble } from "../trouble.ts";

/**
 * Writes a file in one step: whoever reads it, even after a crash, finds the old text or the new one. Only its owner may
 * read and write it (mode 0600), whatever was there before. A symbolic link stays, and what it names is replaced.
 *
 * What was begun is written next to it as `.NAME.….new`; only a process that is killed leaves that behind.
 *
 * @param option the option that named the file, for messages
 */
export function writeAtomically(file: string, text: string, option: string): void {
	try {
		const target = targetOf(file);
		const draft = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}.new`);
		try {
			writeSynced(draft, text);
			renameSync(draft, target);
		} catch (error) {
			rmSync(draft, { force: true });
			throw error;
		}
		syncDirectory(dirname(target));
	} catch (error) {
		throw error instanceof Trouble ? error : new Trouble(`${option} ${file}: cannot be written: ${reasonOf(error)}`);
	}

	/** To put a file in the place of `/dev/null` would break the machine. */
	function targetOf(path: string): string {
		const known = lstatSync(path, { throwIfNoEntry: false });
		if (known === undefined) return path;
		const target = known.isSymbolicLink() ? realpathSync(path) : path;
		if (lstatSync(target).isFile()) return target;
		throw new Trouble(`${option} ${path}: expected the name of a file, found a directory or device`);
	}
}

function writeSynced(file: string, text: string): void {
	const descriptor = openSync(file, "wx", 0o600);
	try {
		writeFileSync(descriptor, text);
		fsyncSync(descriptor);
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
