import { basename } from "node:path";
import yargs, { type Argv } from "yargs";
import { reasonOf, Trouble } from "../trouble.ts";
import {
	applyOptions,
	cleanupOptions,
	diffOptions,
	dumpOptions,
	explainOptions,
	traceOptions,
} from "./options/command-help.ts";
import { BOOLEAN_OPTIONS, OPTION_NAMES, REPEATABLE_OPTIONS, takesValue } from "./options/option-lists.ts";
import { generalOptions } from "./options/options.ts";
import { snapshotOptions } from "./options/snapshot-options.ts";
import { say, voiceOf, writeResult } from "./output/terminal.ts";
import { version } from "./version.ts";

/** Exit status of bad input, bad usage and failed commands. */
const TROUBLE = 2;

/**
 * Runs the command line and gives the exit status: 0 done, 2 trouble.
 *
 * @param args the arguments after the program's name
 */
export async function main(args: readonly string[]): Promise<number> {
	// For what goes wrong before or while the arguments are read.
	const hasNoColor = args.includes("--no-color") || args.includes("--color=false");
	const voice = voiceOf({ quiet: args.includes("--quiet") || args.includes("-q"), color: !hasNoColor });
	process.stderr.on("error", () => {});
	try {
		const { help, status } = await run(args);
		await writeResult(help);
		return status;
	} catch (error) {
		if (error instanceof Trouble) say(voice, "error", error.message, error.below);
		else if (isSystemError(error)) say(voice, "error", `cannot write the result: ${reasonOf(error)}`);
		else say(voice, "error", `internal error, please report it: ${String(error)}`, stackOf(error));
		return TROUBLE;
	}
}

/** Stands for an operand `-`, which yargs drops from lists. No file has this name. */
const DASH = "\0-";

/** A `-` that is no option's value. */
function keepDash(word: string, index: number, words: readonly string[]): string {
	return word === "-" && !takesValue(words[index - 1] ?? "") ? DASH : word;
}

function asDash(word: string): string {
	return word === DASH ? "-" : word;
}

/** What is left to do when a command has run. */
interface Outcome {
	/** What yargs itself has to print: help, version, completion. */
	readonly help: string;
	readonly status: number;
}

/** Runs the command that the arguments name. */
async function run(args: readonly string[]): Promise<Outcome> {
	let help = "";
	let status = 0;
	checkBooleans(args);
	const setStatus = (value: number): void => {
		status = value;
	};
	const command = program(setStatus);
	if (!mayAskForHelp(args)) hideOptions(command);
	await command.parseAsync(args.map(keepDash), {}, (error, _argv, output) => {
		if (error !== undefined && error !== null) return;
		if (output !== "") help = `${output}\n`;
	});
	return { help, status };
}

/** Words that may be answered with a list of options: `--help`, `-h`, `-qh`, and what shells ask to complete a line. */
function mayAskForHelp(args: readonly string[]): boolean {
	return args.some((word) => /^-.*h|^--get-yargs/.test(word));
}

/** yargs writes the help of every command it runs, printed or not; with all options that takes longer than most commands. */
function hideOptions(command: Argv): void {
	for (const name of OPTION_NAMES) command.hide(name);
}

function program(setStatus: (status: number) => void): Argv {
	return yargs()
		.scriptName(scriptName())
		.usage("$0 COMMAND\n\nCompile Kubernetes Services into the rules kube-proxy programs on a node, offline.")
		.command(
			"dump",
			"Print the rules a node would have",
			(command) => dumpOptions(command),
			async (argv) => {
				checkGivenOnce(argv);
				const { dump } = await import("./commands/dump.ts");
				await dump(argv, voiceOf(argv));
			},
		)
		.command(
			"diff [operands..]",
			"Compare rulesets, snapshots, or a node's live rules",
			(command) => diffOptions(command),
			async (argv) => {
				checkGivenOnce(argv);
				const { diffCommand } = await import("./commands/diff.ts");
				setStatus(
					await diffCommand({ ...argv, operands: [argv.operands ?? []].flat().map(String).map(asDash) }, voiceOf(argv)),
				);
			},
		)
		.command(
			"trace",
			"Follow a packet through the rules",
			(command) => traceOptions(command),
			async (argv) => {
				checkGivenOnce(argv);
				const { traceCommand } = await import("./commands/trace.ts");
				await traceCommand(argv, voiceOf(argv));
			},
		)
		.command(
			"explain [operands..]",
			"Say whose something is, how it is reached, and what is wrong with it",
			(command) => explainOptions(command),
			async (argv) => {
				checkGivenOnce(argv);
				const { explainCommand } = await import("./commands/explain.ts");
				setStatus(
					await explainCommand(
						{ ...argv, operands: [argv.operands ?? []].flat().map(String).map(asDash) },
						voiceOf(argv),
					),
				);
			},
		)
		.command(
			"snapshot",
			"Write a cluster into one file that the other commands read",
			(command) => snapshotOptions(command),
			async (argv) => {
				checkGivenOnce(argv);
				const { snapshotCommand } = await import("./commands/snapshot.ts");
				await snapshotCommand(argv, voiceOf(argv));
			},
		)
		.command(
			"apply",
			"Load the rules into this machine's kernel",
			(command) => applyOptions(command),
			async (argv) => {
				checkGivenOnce(argv);
				const { applyCommand } = await import("./commands/apply.ts");
				await applyCommand(argv, voiceOf(argv));
			},
		)
		.command(
			"cleanup",
			"Remove the rules from this machine's kernel",
			(command) => cleanupOptions(command),
			async (argv) => {
				checkGivenOnce(argv);
				const { cleanupCommand } = await import("./commands/cleanup.ts");
				await cleanupCommand(argv, voiceOf(argv));
			},
		)
		.completion("completion", "Print a completion script for bash or zsh")
		.options(generalOptions)
		.demandCommand(1, `give a command; ${scriptName()} --help lists them`)
		.strict()
		.parserConfiguration({ "duplicate-arguments-array": true, "boolean-negation": true, "dot-notation": false })
		.version(version())
		.alias("h", "help")
		.exitProcess(false)
		.showHelpOnFail(false)
		.wrap(110)
		.fail((message, error) => {
			// yargs' own errors are about usage; all others come from a command.
			if (error !== undefined && error !== null && error.name !== "YError") throw error;
			const words = (message ?? error?.message ?? "bad usage").replace(/\s+/g, " ");
			throw new Trouble(words, [`(${scriptName()} --help shows what there is)`]);
		});
}

/** Only some options can be repeated; of the others yargs would hand over a list. */
function checkGivenOnce(argv: Readonly<Record<string, unknown>>): void {
	for (const [name, value] of Object.entries(argv)) {
		if (name.length === 1 || !Array.isArray(value) || REPEATABLE_OPTIONS.includes(name)) continue;
		throw new Trouble(`--${name}: can be given once`);
	}
}

/** yargs takes every word but `true` for false. */
function checkBooleans(args: readonly string[]): void {
	for (const word of args) {
		const [, name = "", value = ""] = /^--([a-z-]+)=(.*)$/s.exec(word) ?? [];
		if (!BOOLEAN_OPTIONS.includes(name) || value === "true" || value === "false") continue;
		throw new Trouble(`--${name}: expected true or false, got ${JSON.stringify(value)}`);
	}
}

function stackOf(error: unknown): readonly string[] {
	return error instanceof Error ? (error.stack?.split("\n").slice(1) ?? []) : [];
}

function scriptName(): string {
	return basename(process.argv[1] ?? "").startsWith("kubectl-svcnat") ? "kubectl svcnat" : "svcnat";
}

function isSystemError(error: unknown): boolean {
	return error instanceof Error && "syscall" in error;
}
