import { closeSync } from "node:fs";
import type { Command } from "../lang/command.ts";
import { supervise } from "../system/supervise.ts";
import { reasonOf } from "../trouble.ts";
import { openWhole } from "./whole-input.ts";

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
	/**
	 * A directory that can be written, in which nobody else does so: its input is then a file there, which is whole whatever happens
	 * to svcnat. Undefined: a pipe.
	 */
	readonly inputDirectory?: string | undefined;
	/** Kills it. */
	readonly stopping?: AbortSignal | undefined;
}

/** The exit status of what was killed, as `timeout` has it. */
const KILLED = 124;

/**
 * Runs a program to its end; the only place that starts one of the node's. An exit status other than 0 is a result, no exception; one
 * that was killed, with all that it started, has the exit status 124. What ends svcnat by a signal ends it, too.
 */
export async function runCommand(
	command: Command,
	{ inputDirectory, ...options }: RunOptions = {},
): Promise<CommandResult> {
	if (inputDirectory === undefined || command.stdin === undefined) return run(command, undefined, options);
	let input: number;
	try {
		input = openWhole(command.stdin, inputDirectory);
	} catch (error) {
		const stderr = `its input cannot be written to ${inputDirectory}: ${reasonOf(error)}`;
		return { kind: "done", exitCode: 1, stdout: "", stderr };
	}
	try {
		return await run(command, input, options);
	} finally {
		closeSync(input);
	}
}

async function run(
	{ program, args, stdin = "" }: Command,
	input: number | undefined,
	{ timeoutSeconds, descriptor, stopping }: Omit<RunOptions, "inputDirectory">,
): Promise<CommandResult> {
	// Loaded when it is needed: it takes as long as everything else together.
	const { execa } = await import("execa");
	const start = () =>
		execa(program, [...args], {
			...(input === undefined ? { input: stdin } : {}),
			// Any descriptor will do; the library's types end at 9.
			stdio: [
				(input as 9 | undefined) ?? "pipe",
				"pipe",
				"pipe",
				...(descriptor === undefined ? [] : [descriptor as 9]),
			],
			reject: false,
			stripFinalNewline: false,
			maxBuffer: LARGEST_OUTPUT,
			env: { LC_ALL: "C" },
			// In a process group of its own, so that what a script has started can be killed, too.
			detached: true,
		});
	const { result, killed } = await supervise(start, { seconds: timeoutSeconds, signal: stopping });
	if (result.code === "ENOENT") return { kind: "absent" };
	if (killed !== undefined) {
		const why = killed === "stopped" ? "svcnat was told to stop" : `it took more than ${timeoutSeconds} s`;
		return { kind: "done", exitCode: KILLED, stdout: "", stderr: `killed, because ${why}` };
	}
	const exitCode = result.exitCode ?? 1;
	const stderr = result.exitCode === undefined ? `${result.stderr}${result.shortMessage}` : result.stderr;
	return { kind: "done", exitCode, stdout: result.stdout, stderr };
}
