import type { Family } from "../net/ip.ts";
import { Trouble } from "../trouble.ts";
import type { CommandResult } from "./run-command.ts";

/** Runs a tool that only prints. */
export type RunTool = (program: string, args: readonly string[]) => Promise<CommandResult>;

/** A tool that failed, or that is needed and not there. */
export class ReadLiveError extends Trouble {
	/** What is not there; undefined: it failed. */
	readonly missing: MissingTool | undefined;

	constructor(message: string, missing?: MissingTool) {
		super(message);
		this.missing = missing;
	}
}

/** A tool of this machine that is not on the PATH. */
export interface MissingTool {
	/** What it comes with, by the name that most distributions give it. */
	readonly packageName: string;
	/** Of the rules that only it can read; undefined: both. */
	readonly family: Family | undefined;
}

/** The error for a tool that is needed and not there. */
export function missing(program: string, packageName: string, family?: Family): ReadLiveError {
	return new ReadLiveError(`${program} is not there`, { packageName, family });
}

/** What a tool printed. Throws `ReadLiveError` when it failed. */
export function outputOf(command: string, result: Extract<CommandResult, { kind: "done" }>): string {
	if (result.exitCode === 0) return result.stdout;
	const reason = result.stderr.trim().split("\n")[0] ?? "";
	const hint = process.geteuid?.() === 0 ? "" : "; reading rules needs root";
	throw new ReadLiveError(`${command} failed with exit status ${result.exitCode}: ${reason}${hint}`);
}

/**
 * What a tool prints; undefined when it is not there or fails, and is not required.
 *
 * @throws ReadLiveError when it is required
 */
export async function readOutput(
	program: string,
	args: readonly string[],
	isRequired: boolean,
	run: RunTool,
): Promise<string | undefined> {
	const result = await run(program, args);
	if (result.kind === "absent") {
		if (isRequired) throw missing(program, program);
		return undefined;
	}
	// The kernel has not loaded the load balancer, so it holds nothing.
	if (result.stderr.includes("Protocol not available")) return "";
	return isRequired || result.exitCode === 0 ? outputOf([program, ...args].join(" "), result) : undefined;
}
