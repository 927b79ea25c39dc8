import { printCommand } from "../lang/command.ts";
import type { PlannedCommand } from "./plan.ts";
import { type CommandResult, type RunOptions, runCommand } from "./run-command.ts";

/** Runs a command; tests put in commands that fail. */
export type Run = (planned: PlannedCommand) => Promise<CommandResult>;

/** Runs commands on this machine; `inputDirectory` is for those whose input is one transaction without an end of its own. */
export function runHere({ inputDirectory, ...options }: RunOptions): Run {
	return ({ command }) => runCommand(command, command.program === "nft" ? { ...options, inputDirectory } : options);
}

/** How a row of commands ended. */
export interface Execution {
	/** Those that ran to a good end, in order. */
	readonly done: readonly PlannedCommand[];
	/** The one that failed, and what it said; undefined: all went well. */
	readonly failed: FailedCommand | undefined;
	/** Optional ones that failed. */
	readonly skipped: readonly FailedCommand[];
}

/** A command that failed. */
export interface FailedCommand {
	readonly planned: PlannedCommand;
	/** In words: that there is no such program, or its exit status and what it printed. */
	readonly reason: string;
}

/** Runs commands one after the other, up to the first that fails and is needed. */
export async function execute(commands: readonly PlannedCommand[], run: Run): Promise<Execution> {
	const skipped: FailedCommand[] = [];
	const done: PlannedCommand[] = [];
	for (const planned of commands) {
		const reason = planned.inProcess === undefined ? reasonOf(planned, await run(planned)) : planned.inProcess();
		if (reason === undefined) done.push(planned);
		else if (planned.isOptional) skipped.push({ planned, reason });
		else return { done, failed: { planned, reason }, skipped };
	}
	return { done, failed: undefined, skipped };
}

/** Why a command did not do what it should; undefined when it did. */
function reasonOf({ command, isFine }: PlannedCommand, result: CommandResult): string | undefined {
	if (result.kind === "absent") return `${command.program} is not there`;
	if (result.exitCode === 0 || isFine?.(result.stderr) === true) return undefined;
	const said = result.stderr.trim();
	return `exit status ${result.exitCode}${said === "" ? "" : `: ${said}`}`;
}

/** Commands as a shell takes them, also under `sh -e`, with their standard input. */
export function printCommands(commands: readonly PlannedCommand[]): string {
	return commands
		.map(({ command, purpose, isOptional, isFine }) => {
			const { program, args, stdin } = command;
			const input = stdin === undefined ? ["", ""] : [` <<'${END}'`, `${stdin}${END}\n`];
			// Rules do without it, or it fails when there is nothing to do.
			const mayFail = isOptional || isFine !== undefined ? " || true" : "";
			return `# ${purpose}\n${printCommand({ program, args })}${input[0]}${mayFail}\n${input[1]}`;
		})
		.join("");
}

/** No line of a restore text is this one. */
const END = "END-OF-INPUT";
