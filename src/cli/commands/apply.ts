import { reasonOf, Trouble } from "../../trouble.ts";
import { type Cycle, readDuration, repeat } from "../apply/every.ts";
import { writeApplyMetrics } from "../apply/metrics.ts";
import { applyOnce, type OnceArguments } from "../apply/once.ts";
import { type Wanted, wantedHere } from "../apply/wanted.ts";
import { say, type Voice } from "../output/terminal.ts";

/** Options of `apply` beside those of every command that compiles. */
export interface ApplyArguments extends OnceArguments {
	readonly every?: string | undefined;
	readonly metrics?: string | undefined;
	readonly healthz?: string | undefined;
}

type Argv = ApplyArguments & Readonly<Record<string, unknown>>;

/** Makes the rules of this machine what they should be, once or again and again. */
export async function applyCommand(argv: Argv, voice: Voice): Promise<void> {
	checkUsage(argv);
	if (argv.every === undefined) await applyOnce(await readWanted(argv, voice), argv, voice, voice);
	else await applyAgainAndAgain(argv, argv.every, voice);
}

async function readWanted(argv: Argv, voice: Voice, before?: Wanted): Promise<Wanted> {
	return wantedHere({ ...argv, ipFamily: argv.ipFamily ?? "dual" }, voice, before);
}

async function applyAgainAndAgain(argv: Argv, every: string, voice: Voice): Promise<void> {
	let said: ReadonlySet<string> = new Set();
	let wanted: Wanted | undefined;
	const once = async (stopping: AbortSignal): Promise<void> => {
		// What the last run has said too need not be said again.
		const saying = new Set<string>();
		const hear = (message: string): void => {
			if (!said.has(message)) process.stderr.write(message);
			saying.add(message);
		};
		const telling = { ...voice, hear };
		wanted = await readWanted({ ...argv, stopping }, telling, wanted);
		await applyOnce(wanted, { ...argv, stopping }, voice, telling);
		said = saying;
	};
	const afterEach = (cycle: Cycle): void => {
		try {
			if (argv.metrics !== undefined) writeApplyMetrics(argv.metrics, cycle);
		} catch (error) {
			// A full disk is no reason to stop looking after the rules.
			say(voice, "error", reasonOf(error));
		}
	};
	await repeat(once, { milliseconds: readDuration("--every", every), healthz: argv.healthz, afterEach }, voice);
}

function checkUsage({ every, dryRun, confirmTimeout, metrics, healthz, filename }: Argv): void {
	const needs = (option: string): never => {
		throw new Trouble(`${option} goes with --every`);
	};
	if (every === undefined && metrics !== undefined) needs("--metrics");
	if (every === undefined && healthz !== undefined) needs("--healthz");
	if (confirmTimeout !== undefined && filename?.includes("-") === true) {
		throw new Trouble("--confirm-timeout reads the answer from standard input: give the objects as a file");
	}
	if (every === undefined) return;
	if (dryRun === true) throw new Trouble("--every runs commands: leave out --dry-run");
	if (confirmTimeout !== undefined) throw new Trouble("--every asks nobody: leave out --confirm-timeout");
	if (filename?.includes("-") === true) throw new Trouble("--every reads the objects again: give a file, not -");
}
