import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { replaceFile } from "../system/replace-file.ts";
import { reasonOf } from "../trouble.ts";

/** What a file of the state directory holds. */
export interface StateFile {
	/** Undefined when there is no such file, or it is damaged. */
	readonly value: unknown;
	/** What was found instead of JSON; undefined: it is well, or not there. */
	readonly damage: string | undefined;
}

/** Reads a file of the state directory. */
export function readStateFile(directory: string, file: string): StateFile {
	try {
		return { value: JSON.parse(readFileSync(join(directory, file), "utf8")), damage: undefined };
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "ENOENT")
			return { value: undefined, damage: undefined };
		return {
			value: undefined,
			damage: `what cannot be read: ${reasonOf(error)}`,
		};
	}
}

/** Writes a file of the state directory in one step: whoever reads it finds the old or the new one. */
export function writeStateFile(directory: string, file: string, value: unknown): void {
	makeDirectory(directory);
	replaceFile(join(directory, file), `${JSON.stringify(value)}\n`);
}

/**
 * Makes the state directory, for this user only, if it is not there, and those that it is in. Step by step: what Node calls
 * recursive never ends where there can be no directory, as in /proc.
 *
 * @throws what the system says
 */
export function makeDirectory(directory: string): void {
	if (existsSync(directory)) return;
	makeDirectory(dirname(directory));
	try {
		mkdirSync(directory, { mode: 0o700 });
	} catch (error) {
		// Another run made it meanwhile.
		if (!existsSync(directory)) throw error;
	}
}

/** Removes a file of the state directory. */
export function removeStateFile(directory: string, file: string): void {
	rmSync(join(directory, file), { force: true });
}

/** Whether a value is a JSON object: not null, not a list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
