import { openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FILE = "input";

/**
 * Gives a program its input as a file instead of a pipe: should svcnat be killed meanwhile, the program has all of it or, before it
 * starts, nothing. A part of a transaction of nft looks like a whole one.
 *
 * @param directory where a file can be written; nobody else does so at the same time
 * @returns a file descriptor for reading, which the caller closes; the file has no name any more
 * @throws what the system says
 */
export function openWhole(text: string, directory: string): number {
	const path = join(directory, FILE);
	rmSync(path, { force: true });
	try {
		writeFileSync(path, text, { mode: 0o600, flag: "wx" });
		return openSync(path, "r");
	} finally {
		rmSync(path, { force: true });
	}
}
