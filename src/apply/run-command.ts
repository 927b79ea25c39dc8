import type { Command } from "../lang/command.ts";

/** How a program ended. */
export type CommandResult =
	| { readonly kind: "done"; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
	/** There is no such program. */
	| { readonly kind: "absent" };

/** How much a program may print: a node with 10,000 Services has 80 MB of rules. */
const LARGEST_OUTPUT = 500_000_000;

/** How a program is run. */
export interface RunOptions {
	/** Seconds after which it is killed; undefined: it may take as long as it likes. */
	readonly timeoutSeconds?: number | undefined;
	/** A file descriptor that it gets, too, and keeps open until it ends. */
	readonly descriptor?: number | undefined;
}

/**
 * Runs a program to its end; the only place that starts one. An exit status other than 0 is a result, no exception; one
 * that was killed has the exit status 124.
 */
export async function runCommand(
	{ program, args, stdin }: Command,
	{ timeoutSeconds, descriptor }: RunOptions = {},
): Promise<CommandResult> {
	// Loaded when it is needed: it takes as long as everything else together.
	const { execa } = await import("execa");
	const result = await execa(program, [...args], {
		input: stdin ?? "",
		// Any descriptor will do; the library's types end at 9.
		stdio: ["pipe", "pipe", "pipe", ...(descriptor === undefined ? [] : [descriptor as 9])],
		reject: false,
		stripFinalNewline: false,
		maxBuffer: LARGEST_OUTPUT,
		env: { LC_ALL: "C" },
		...(timeoutSeconds === undefined ? {} : { timeout: timeoutSeconds * 1000, killSignal: "SIGKILL" }),
	});
	if (result.code === "ENOENT") return { kind: "absent" };
	if (result.timedOut) {
		return { kind: "done", exitCode: 124, stdout: "", stderr: `killed, because it took more than ${timeoutSeconds} s` };
	}
	const exitCode = result.exitCode ?? 1;
	const stderr = result.exitCode === undefined ? `${result.stderr}${result.shortMessage}` : result.stderr;
	return { kind: "done", exitCode, stdout: result.stdout, stderr };
}
