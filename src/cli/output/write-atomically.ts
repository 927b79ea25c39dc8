import { lstatSync, realpathSync } from "node:fs";
import { replaceFile } from "../../system/replace-file.ts";
import { reasonOf, Trouble } from "../../trouble.ts";

/**
 * Writes a file in one step: whoever reads it, even after a crash, finds the old text or the new one. Only its owner may
 * read and write it (mode 0600), whatever was there before. A symbolic link stays, and what it names is replaced.
 *
 * @param option the option that named the file, for messages
 */
export function writeAtomically(file: string, text: string, option: string): void {
	try {
		replaceFile(targetOf(file), text, { mode: 0o600, isLasting: true });
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
