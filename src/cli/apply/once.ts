import { applyCommands, rollBack } from "../../apply/apply.ts";
import { printCommands } from "../../apply/execute.ts";
import type { IpvsPlan } from "../../apply/ipvs-plan.ts";
import { nftChecks } from "../../apply/nft-loads.ts";
import type { PlannedCommand } from "../../apply/plan.ts";
import { readSetting, remember } from "../../apply/settings.ts";
import { plural } from "../../diff/words.ts";
import { reasonOf, Trouble } from "../../trouble.ts";
import type { CompileArguments } from "../compile/compile.ts";
import { say, type Voice, writeResult } from "../output/terminal.ts";
import { type Confirmation, expectConfirmation } from "./confirm.ts";
import { readDuration } from "./every.ts";
import {
	DEFAULT_STATE_DIR,
	type Found,
	findMachine,
	refuseOld,
	refuseOthers,
	type TouchArguments,
	withLock,
} from "./machine.ts";
import { tellOutcome, wordsOfRollback } from "./outcome.ts";
import { type DrainArguments, planCommands, planServers } from "./plan.ts";
import { refuseEmpty } from "./refuse-empty.ts";
import type { Wanted } from "./wanted.ts";
import { warnBeside, warnRemade, warnSlow } from "./warnings.ts";

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
	// Whatever is wrong with an answer that will be asked for is said before anything is changed.
	const patience =
		argv.confirmTimeout === undefined ? undefined : readDuration("--confirm-timeout", argv.confirmTimeout);
	await withLock(argv, async (lock) => {
		await refuseOld(wanted.states, argv, telling);
		const found = await findMachine(wanted.states, argv, voice, lock);
		await refuseOthers(wanted.nodeIPs, found, argv, telling);
		refuseEmpty(wanted, found, argv, telling);
		warnBeside(found, wanted.states, telling);
		const ipvs = await planServers(wanted, found, argv);
		const commands = planCommands(wanted, found, ipvs, argv);
		if (commands.length > 0) warnRemade(found, telling);
		if (ipvs.drainingCount > 0) say(telling, "detail", waiting(ipvs.drainingCount));
		if (argv.dryRun === true) {
			await writeResult(printCommands(commands));
			return;
		}
		rememberAll(ipvs, commands.length === 0 ? undefined : wanted, argv, voice);
		if (commands.length === 0) {
			say(telling, "note", "nothing to do: the rules are what they should be");
			return;
		}
		warnSlow(commands, voice);
		const confirmation = patience === undefined ? undefined : expectConfirmation(patience);
		try {
			const outcome = await applyCommands(
				[...nftChecks(commands), ...commands],
				wanted.states,
				found.states,
				found.machine,
			);
			tellOutcome(outcome, commands.length, voice);
			if (confirmation !== undefined) await keepOrRollBack(confirmation, commands, { wanted, found, argv }, voice);
		} finally {
			confirmation?.end();
		}
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
	rememberAll(later, undefined, argv, voice);
	if (commands.length === 0) return;
	const outcome = await applyCommands(commands, wanted.states, states, found.machine);
	tellOutcome(outcome, commands.length, { ...voice, isQuiet: true });
}

/** As iptables-apply does: whoever has locked himself out cannot say yes. */
async function keepOrRollBack(
	confirmation: Confirmation,
	commands: readonly PlannedCommand[],
	{ wanted, found, argv }: { readonly wanted: Wanted; readonly found: Found; readonly argv: OnceArguments },
	voice: Voice,
): Promise<void> {
	if (await confirmation.ask(`Keep these rules? (y/N, ${argv.confirmTimeout})`)) {
		say(voice, "note", "kept");
		return;
	}
	const { machine, states } = found;
	// Should the node not be readable just now, it has what was read a moment ago.
	const loaded = new Map(wanted.states.map((state) => [state.family, state] as const));
	const after = await machine.read().catch(() => loaded);
	const rollback = await rollBack(states, after, machine, commands);
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
function rememberAll(
	ipvs: IpvsPlan,
	wanted: Wanted | undefined,
	{ settings, stateDir }: OnceArguments,
	voice: Voice,
): void {
	const directory = stateDir ?? DEFAULT_STATE_DIR;
	const names = settings === false ? [] : (wanted?.settings ?? []).map(({ name }) => name);
	const before = names.flatMap((name) => {
		const value = readSetting(name);
		return value === undefined ? [] : [[name, value] as const];
	});
	try {
		ipvs.remember();
		const damage = remember(directory, Object.fromEntries(before));
		if (damage !== undefined) say(voice, "warning", damage, [NOT_REMEMBERED]);
	} catch (error) {
		throw new Trouble(`--state-dir ${directory}: ${reasonOf(error)}`, [
			"nothing was changed: svcnat writes down there what settings are now, and svcnat cleanup puts them back",
			"give a directory that can be written",
		]);
	}
}

const NOT_REMEMBERED =
	"what settings are now is not remembered for cleanup; remove the file when it is of no use to you";
