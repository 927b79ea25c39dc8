import { SVCNAT } from "./svcnat.ts";

/** The real program with its arguments, as words for a shell. */
export function svcnatWords(args: readonly string[]): string {
	return [process.execPath, SVCNAT, ...args].map((word) => `'${word}'`).join(" ");
}
