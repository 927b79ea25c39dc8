import { applyCommands, rollBack } from "../../apply/apply.ts";
import { printCommands } from "../../apply/execute.ts";
import type { IpvsPlan } from "../../apply/ipvs-plan.ts";
import { readSetting, remember } from "../../apply/settings.ts";
import { plural } from "../../diff/words.ts";
import { tellOutcome, wordsOfRollback } from "../apply-outcome.ts";
import { type DrainArguments, planCommands, planServers } from "../apply-plan.ts";
import type { CompileArguments } from "../compile.ts";
import { confirm } from "../confirm.ts";
import { type Cycle, readDuration, repeat } from "../every.ts";
import {
	DEFAULT_STATE_DIR,
	type Found,
	findMachine,
	refuseOthers,
	type TouchArguments,
	warnBeside,
	withLock,
} from "../machine.ts";
import { writeApplyMetrics } from "../metrics.ts";
import { say, type Voice, writeResult } from "../terminal.ts";
import { reasonOf, Trouble } from "../trouble.ts";
import { type Wanted, wantedHere } from "../wanted.ts";

/** Options of `apply` beside those of every command that compiles. */
export interface ApplyArguments extends CompileArguments, TouchArguments, DrainArguments {
	readonly full?: boolean | undefined;
	readonly settings?: boolean | undefined;
	readonly conntrack?: boolean | undefined;
	readonly confirmTimeout?: string | undefined;
	readonly every?: string | undefined;
	readonly metrics?: string | undefined;
	readonly healthz?: string | undefined;
}

type Argv = ApplyArguments & Readonly<Record<string, unknown>>;

/** Makes the rules of this machine what they should be, once or again and again. */
export async function applyCommand(argv: Argv, voice: Voice): Promise<void> {
	const { every } = argv;
	checkUsage(argv);
	if (every === undefined) {
		await applyOnce(argv, voice);
		return;
	}
	let isFirst = true;
	const once = async (): Promise<void> => {
		// What the first run said of the input need not be said again.
		await applyOnce(argv, voice, isFirst ? voice : { ...voice, isQuiet: true });
		isFirst = false;
	};
	const afterEach = (cycle: Cycle): void => {
		try {
			if (argv.metrics !== undefined) writeApplyMetrics(argv.metrics, cycle);
		} catch (error) {
			// A full disk is no reason to stop looking after the rules.
			say(voice, "error", error instanceof Error ? error.message : String(error));
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

/** @param telling what is said of the input and of a run without changes */
async function applyOnce(argv: Argv, voice: Voice, telling: Voice = voice): Promise<void> {
	const wanted = await wantedHere({ ...argv, ipFamily: argv.ipFamily ?? "dual" }, telling);
	await withLock(argv, async () => {
		const found = await findMachine(wanted.states, argv, voice);
		await refuseOthers(wanted.nodeIPs, found, argv, telling);
		warnBeside(found, telling);
		const ipvs = await planServers(wanted, found, argv);
		const commands = planCommands(wanted, found, ipvs, argv);
		if (ipvs.drainingCount > 0) say(telling, "detail", waiting(ipvs.drainingCount));
		if (argv.dryRun !== true) ipvs.remember();
		if (argv.dryRun === true) {
			await writeResult(printCommands(commands));
		} else if (commands.length === 0) {
			say(telling, "note", "nothing to do: the rules are what they should be");
		} else {
			rememberSettings(argv, wanted);
			const outcome = await applyCommands(commands, wanted.states, found.states, found.machine);
			tellOutcome(outcome, commands.length, voice);
			if (argv.confirmTimeout !== undefined) await keepOrRollBack(argv.confirmTimeout, found, voice);
			if (ipvs.hasMore) await removeIdle(wanted, found, ipvs, argv, voice);
		}
	});
}

/** Real servers that got weight 0 and have no connections are not waited for. */
async function removeIdle(wanted: Wanted, found: Found, ipvs: IpvsPlan, argv: Argv, voice: Voice): Promise<void> {
	// The node was read again: this is what it has.
	const states = new Map(ipvs.wanted.map((state) => [state.family, state]));
	const later = await planServers(wanted, { ...found, states }, argv);
	const commands = planCommands(wanted, found, later, { settings: false });
	later.remember();
	if (commands.length === 0) return;
	const outcome = await applyCommands(commands, wanted.states, states, found.machine);
	tellOutcome(outcome, commands.length, { ...voice, isQuiet: true });
}

/** As iptables-apply does: whoever has locked himself out cannot say yes. */
async function keepOrRollBack(timeout: string, { machine, states }: Found, voice: Voice): Promise<void> {
	const milliseconds = readDuration("--confirm-timeout", timeout);
	if (await confirm(`Keep these rules? (y/N, ${timeout})`, milliseconds)) {
		say(voice, "note", "kept");
		return;
	}
	const rollback = await rollBack(states, await machine.read(), machine);
	throw new Trouble("nobody said yes", [wordsOfRollback(rollback)]);
}

function waiting(count: number): string {
	return `${plural(count, "real server")} with weight 0 until the last connection ends (--drain-timeout)`;
}

/** So that `cleanup` can put them back. */
function rememberSettings({ settings: isWanted, stateDir }: Argv, { settings }: Wanted): void {
	if (isWanted === false) return;
	const before = settings.flatMap(({ name }) => {
		const value = readSetting(name);
		return value === undefined ? [] : [[name, value] as const];
	});
	const directory = stateDir ?? DEFAULT_STATE_DIR;
	try {
		remember(directory, Object.fromEntries(before));
	} catch (error) {
		throw new Trouble(`--state-dir ${directory}: ${reasonOf(error)}: what settings were is kept there for cleanup`);
	}
}
