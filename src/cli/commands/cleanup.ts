import { applyCommands, planFamilies } from "../../apply/apply.ts";
import { execute, printCommands } from "../../apply/execute.ts";
import { forgetIpvs } from "../../apply/ipvs-memory.ts";
import { planTimersBack } from "../../apply/ipvs-plan.ts";
import { DUMMY, hasDummyInterface } from "../../apply/ipvs-read.ts";
import { findKubeProxy } from "../../apply/others.ts";
import { emptied } from "../../apply/owned.ts";
import type { PlannedCommand } from "../../apply/plan.ts";
import { loads } from "../../apply/plan-rules.ts";
import { forget, planSettings, readRemembered, readSetting, type SettingsMemory } from "../../apply/settings.ts";
import { Trouble } from "../../trouble.ts";
import { checkScope, findEverything, type ScopeArguments, warnStaying } from "../apply/cleanup-scope.ts";
import { planCountersGone } from "../apply/counters.ts";
import { DEFAULT_STATE_DIR, type Found, withLock } from "../apply/machine.ts";
import { tellOutcome } from "../apply/outcome.ts";
import { say, type Voice, writeResult } from "../output/terminal.ts";
import { isOfNft } from "../states/kernel.ts";

/** Options of `cleanup`. */
export interface CleanupArguments extends ScopeArguments {
	/** Put settings back that `apply` changed; undefined: yes. */
	readonly settings?: boolean | undefined;
}

/** Takes everything of kube-proxy's out of this machine; rules of others stay. */
export async function cleanupCommand(argv: CleanupArguments, voice: Voice): Promise<void> {
	checkScope(argv);
	await withLock(argv, async (lock) => {
		const found = await findEverything(argv, voice, lock);
		await refuseKubeProxy(argv, voice);
		warnStaying(found, argv, voice);
		const states = [...found.states.values()];
		// The interface, the timers and the counters are of other modes.
		const isNarrow = isOfNft(states) && argv.all !== true;
		const wanted = states.map(emptied);
		const directory = argv.stateDir ?? DEFAULT_STATE_DIR;
		const memory = argv.settings === false ? NO_SETTINGS : readRemembered(directory);
		if (memory.damage !== undefined) say(voice, "warning", memory.damage, [NOT_PUT_BACK]);
		const commands = [
			...loads(planFamilies(found.states, wanted), found.machine.variant),
			...(argv.all === true ? leftovers(found) : []),
			...settingsBack(memory),
			...(isNarrow ? [] : await planTimersBack(directory, found.machine.run)),
			// Last, since it tells that there is something of the IPVS mode, should this run be cut short.
			...(!isNarrow && hasDummyInterface() ? [REMOVE_DUMMY] : []),
		];
		const counters = isNarrow ? [] : await planCountersGone();
		if (argv.dryRun === true) {
			await writeResult(printCommands([...commands, ...counters]));
			return;
		}
		if (commands.length === 0 && counters.length === 0) {
			say(voice, "note", "nothing to do: there is nothing of kube-proxy's here");
			return;
		}
		const outcome = await applyCommands(commands, wanted, found.states, found.machine);
		tellOutcome(outcome, commands.length + counters.length, voice);
		// Now that no rule that refers to them has to be put back any more.
		await execute(counters, found.machine.run);
		// What could not be put back is tried again by the next run.
		const isDone = outcome.skipped.length === 0 && memory.damage === undefined;
		if (argv.settings !== false && isDone) forget(directory);
		if (!isNarrow) forgetIpvs(directory);
	});
}

const REMOVE_DUMMY: PlannedCommand = {
	command: { program: "ip", args: ["link", "del", DUMMY] },
	purpose: "the interface of the IPVS mode",
	isOptional: false,
};

function leftovers({ beside, nftTables }: Found): readonly PlannedCommand[] {
	const rules = beside.flatMap(({ variant, states }) =>
		loads(planFamilies(states, [...states.values()].map(emptied)), variant),
	);
	const tables = nftTables.map((table) => ({
		command: { program: "nft", args: ["delete", "table", ...table.split(" ")] },
		purpose: "a table of the nftables mode",
		isOptional: false,
	}));
	return [...rules, ...tables];
}

const NO_SETTINGS: SettingsMemory = { remembered: {}, damage: undefined };

const NOT_PUT_BACK =
	"kernel settings that apply changed and that cannot be read there are not put back; the file stays: remove it when they are as you want them";

/** What `apply` changed becomes what it was. Rules do not need it, and what the kernel no longer has needs nothing. */
function settingsBack({ remembered }: SettingsMemory): readonly PlannedCommand[] {
	const before = Object.entries(remembered)
		.filter(([name]) => readSetting(name) !== undefined)
		.map(([name, value]) => ({ name, value: Number(value) }));
	return planSettings(before, readSetting).map((planned) => ({ ...planned, isOptional: true }));
}

/** A kube-proxy that runs would write its rules again at once. */
async function refuseKubeProxy({ force, dryRun }: CleanupArguments, voice: Voice): Promise<void> {
	const reasons = await findKubeProxy();
	if (reasons.length === 0) return;
	if (force !== true && dryRun !== true) {
		throw new Trouble("rules are not touched, since they would come back (--force does it all the same):", reasons);
	}
	for (const reason of reasons) say(voice, "warning", reason);
}
