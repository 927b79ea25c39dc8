import { applyCommands, planFamilies } from "../../apply/apply.ts";
import { execute, printCommands } from "../../apply/execute.ts";
import { forgetIpvs } from "../../apply/ipvs-memory.ts";
import { planTimersBack } from "../../apply/ipvs-plan.ts";
import { DUMMY, hasDummyInterface } from "../../apply/ipvs-read.ts";
import type { Lock } from "../../apply/lock.ts";
import { findKubeProxy } from "../../apply/others.ts";
import { emptied, hasRulesWithSets } from "../../apply/owned.ts";
import { loads, type PlannedCommand } from "../../apply/plan.ts";
import { forget, planSettings, readRemembered, readSetting, type SettingsMemory } from "../../apply/settings.ts";
import type { NodeState } from "../../lang/node-state.ts";
import { Trouble } from "../../trouble.ts";
import { tellOutcome } from "../apply-outcome.ts";
import { planCountersGone } from "../counters.ts";
import { DEFAULT_STATE_DIR, type Found, findMachine, type TouchArguments, withLock } from "../machine.ts";
import { say, type Voice, writeResult } from "../terminal.ts";

/** Options of `cleanup`. */
export interface CleanupArguments extends TouchArguments {
	/** What other modes, versions and the other program called iptables left behind, too. */
	readonly all?: boolean | undefined;
	/** Put settings back that `apply` changed; undefined: yes. */
	readonly settings?: boolean | undefined;
	readonly ipFamily?: string | undefined;
}

/** Takes everything of kube-proxy's out of this machine; rules of others stay. */
export async function cleanupCommand(argv: CleanupArguments, voice: Voice): Promise<void> {
	await withLock(argv, async (lock) => {
		const found = await findEverything(argv, voice, lock);
		await refuseKubeProxy(argv, voice);
		const states = [...found.states.values()];
		const wanted = states.map(emptied);
		const directory = argv.stateDir ?? DEFAULT_STATE_DIR;
		const memory = argv.settings === false ? NO_SETTINGS : readRemembered(directory);
		if (memory.damage !== undefined) say(voice, "warning", memory.damage, [NOT_PUT_BACK]);
		const commands = [
			...planFamilies(found.states, wanted).flatMap((plan) => loads(plan, found.machine.variant)),
			...(argv.all === true ? leftovers(found) : []),
			...settingsBack(memory),
			...(await planTimersBack(directory, found.machine.run)),
			// Last, since it tells that there is something of the IPVS mode, should this run be cut short.
			...(hasDummyInterface() ? [REMOVE_DUMMY] : []),
		];
		const counters = await planCountersGone();
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
		forgetIpvs(directory);
	});
}

const REMOVE_DUMMY: PlannedCommand = {
	command: { program: "ip", args: ["link", "del", DUMMY] },
	purpose: "the interface of the IPVS mode",
	isOptional: false,
};

/** What the IPVS mode left is looked for without its interface, too, when rules refer to its sets, or on demand. */
async function findEverything(argv: CleanupArguments, voice: Voice, lock: Lock | undefined): Promise<Found> {
	const families = BOTH.filter(({ family }) => [undefined, "dual", family].includes(argv.ipFamily));
	const found = await findMachine(families, argv, voice, lock);
	const states = [...found.states.values()];
	if (states.some(({ sets }) => sets !== undefined)) return found;
	const isNamed = states.some(hasRulesWithSets);
	if (!isNamed && argv.all !== true) return found;
	try {
		return await findMachine(
			families.map((state) => ({ ...state, virtualServers: [] })),
			argv,
			voice,
			lock,
		);
	} catch (error) {
		// A machine without the mode's tools, or a kernel without what they are for, has nothing of it.
		if (isNamed || !(error instanceof Trouble)) throw error;
		say(voice, "detail", error.message);
		return found;
	}
}

/** Asks for both families, of whatever mode. */
const BOTH: readonly NodeState[] = (["ipv4", "ipv6"] as const).map((family) => ({
	family,
	iptables: [],
	virtualServers: undefined,
	sets: undefined,
	dummyIPs: undefined,
	extent: "kube-proxy",
}));

function leftovers({ beside, machine, nftTables }: Found): readonly PlannedCommand[] {
	const other = machine.variant === "nft" ? "legacy" : "nft";
	const states = beside ?? new Map<never, never>();
	const rules = planFamilies(states, [...states.values()].map(emptied)).flatMap((plan) => loads(plan, other));
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
