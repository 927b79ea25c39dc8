import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What a file of the state directory holds; undefined when there is no such file or it is damaged. */
export function readStateFile(directory: string, file: string): unknown {
	try {
		return JSON.parse(readFileSync(join(directory, file), "utf8"));
	} catch {
		return undefined;
	}
}

/** Writes a file of the state directory in one step: whoever reads it finds the old or the new one. */
export function writeStateFile(directory: string, file: string, value: unknown): void {
	makeDirectory(directory);
	const draft = join(directory, `${file}.${process.pid}.new`);
	try {
		writeFileSync(draft, `${JSON.stringify(value)}\n`);
		renameSync(draft, join(directory, file));
	} catch (error) {
		rmSync(draft, { force: true });
		throw error;
	}
}

/** Step by step: what Node calls recursive never ends where there can be no directory, as in /proc. */
function makeDirectory(directory: string): void {
	if (existsSync(directory)) return;
	makeDirectory(dirname(directory));
	mkdirSync(directory, { mode: 0o700 });
}

/** Removes a file of the state directory. */
export function removeStateFile(directory: string, file: string): void {
	rmSync(join(directory, file), { force: true });
}
