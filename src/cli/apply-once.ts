import { applyCommands, rollBack } from "../apply/apply.ts";
import { printCommands } from "../apply/execute.ts";
import type { IpvsPlan } from "../apply/ipvs-plan.ts";
import type { PlannedCommand } from "../apply/plan.ts";
import { readSetting, remember } from "../apply/settings.ts";
import { plural } from "../diff/words.ts";
import { tellOutcome, wordsOfRollback } from "./apply-outcome.ts";
import { type DrainArguments, planCommands, planServers } from "./apply-plan.ts";
import { warnBeside, warnSlow } from "./apply-warnings.ts";
import type { CompileArguments } from "./compile.ts";
import { confirm } from "./confirm.ts";
import { readDuration } from "./every.ts";
import { DEFAULT_STATE_DIR, type Found, findMachine, refuseOthers, type TouchArguments, withLock } from "./machine.ts";
import { say, type Voice, writeResult } from "./terminal.ts";
import { reasonOf, Trouble } from "./trouble.ts";
import type { Wanted } from "./wanted.ts";

/** Options of one run of `apply` beside those of every command that compiles. */
export interface OnceArguments extends CompileArguments, TouchArguments, DrainArguments {
	readonly full?: boolean | undefined;
	readonly settings?: boolean | undefined;
	readonly conntrack?: boolean | undefined;
	readonly confirmTimeout?: string | undefined;
}

/**
 * Makes the rules of this machine what they should be.
 *
 * @param telling what is said of the machine and of a run without changes
 */
export async function applyOnce(wanted: Wanted, argv: OnceArguments, voice: Voice, telling: Voice): Promise<void> {
	await withLock(argv, async (lock) => {
		const found = await findMachine(wanted.states, argv, voice, lock);
		await refuseOthers(wanted.nodeIPs, found, argv, telling);
		warnBeside(found, wanted.states, telling);
		const ipvs = await planServers(wanted, found, argv);
		const commands = planCommands(wanted, found, ipvs, argv);
		if (ipvs.drainingCount > 0) say(telling, "detail", waiting(ipvs.drainingCount));
		if (argv.dryRun === true) {
			await writeResult(printCommands(commands));
			return;
		}
		rememberAll(ipvs, commands.length === 0 ? undefined : wanted, argv);
		if (commands.length === 0) {
			say(telling, "note", "nothing to do: the rules are what they should be");
			return;
		}
		warnSlow(commands, voice);
		const outcome = await applyCommands(commands, wanted.states, found.states, found.machine);
		tellOutcome(outcome, commands.length, voice);
		if (argv.confirmTimeout !== undefined) await keepOrRollBack(argv.confirmTimeout, commands, found, voice);
		if (ipvs.hasMore) await removeIdle(wanted, found, ipvs, argv, voice);
	});
}

/** Real servers that got weight 0 and have no connections are not waited for. */
async function removeIdle(
	wanted: Wanted,
	found: Found,
	ipvs: IpvsPlan,
	argv: OnceArguments,
	voice: Voice,
): Promise<void> {
	// The node was read again: this is what it has.
	const states = new Map(ipvs.wanted.map((state) => [state.family, state]));
	const later = await planServers(wanted, { ...found, states }, argv);
	const commands = planCommands(wanted, found, later, { settings: false });
	rememberAll(later, undefined, argv);
	if (commands.length === 0) return;
	const outcome = await applyCommands(commands, wanted.states, states, found.machine);
	tellOutcome(outcome, commands.length, { ...voice, isQuiet: true });
}

/** As iptables-apply does: whoever has locked himself out cannot say yes. */
async function keepOrRollBack(
	timeout: string,
	commands: readonly PlannedCommand[],
	{ machine, states }: Found,
	voice: Voice,
): Promise<void> {
	const milliseconds = readDuration("--confirm-timeout", timeout);
	if (await confirm(`Keep these rules? (y/N, ${timeout})`, milliseconds)) {
		say(voice, "note", "kept");
		return;
	}
	const rollback = await rollBack(states, await machine.read(), machine, commands);
	throw new Trouble("nobody said yes", [wordsOfRollback(rollback)]);
}

function waiting(count: number): string {
	return `${plural(count, "real server")} with weight 0 until the last connection ends (--drain-timeout)`;
}

/**
 * Writes down what later runs and `cleanup` have to know, before anything is changed.
 *
 * @param wanted whose settings may be changed; undefined: none is
 */
function rememberAll(ipvs: IpvsPlan, wanted: Wanted | undefined, { settings, stateDir }: OnceArguments): void {
	const directory = stateDir ?? DEFAULT_STATE_DIR;
	const names = settings === false ? [] : (wanted?.settings ?? []).map(({ name }) => name);
	const before = names.flatMap((name) => {
		const value = readSetting(name);
		return value === undefined ? [] : [[name, value] as const];
	});
	try {
		ipvs.remember();
		remember(directory, Object.fromEntries(before));
	} catch (error) {
		throw new Trouble(`--state-dir ${directory}: ${reasonOf(error)}: what was there before is kept there for cleanup`);
	}
}
