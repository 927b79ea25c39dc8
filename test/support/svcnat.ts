import { fileURLToPath } from "node:url";
import { execa } from "execa";

/** The executable. */
export const SVCNAT = fileURLToPath(new URL("../../bin/svcnat.js", import.meta.url));

/** What a run left behind. */
export interface Run {
	readonly stdout: string;
	readonly stderr: string;
	readonly exitCode: number | undefined;
}

/** Runs the real binary, with an environment of its own. Never throws for an exit status. */
export async function svcnat(
	args: readonly string[],
	options: { readonly cwd?: string; readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Run> {
	const { PATH = "" } = process.env;
	const { stdout, stderr, exitCode } = await execa(process.execPath, [SVCNAT, ...args], {
		cwd: options.cwd ?? process.cwd(),
		input: options.input ?? "",
		env: { PATH, ...options.env },
		extendEnv: false,
		reject: false,
		stripFinalNewline: false,
		maxBuffer: 400_000_000,
	});
	return { stdout, stderr, exitCode };
}
