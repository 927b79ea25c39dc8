import { applyCommands, planFamilies } from "../../apply/apply.ts";
import { printCommands } from "../../apply/execute.ts";
import { forgetIpvs } from "../../apply/ipvs-memory.ts";
import { planTimersBack } from "../../apply/ipvs-plan.ts";
import { DUMMY, hasDummyInterface } from "../../apply/ipvs-read.ts";
import type { Lock } from "../../apply/lock.ts";
import { emptied, hasRulesWithSets } from "../../apply/owned.ts";
import { loads, type PlannedCommand } from "../../apply/plan.ts";
import { forget, planSettings, readRemembered, readSetting } from "../../apply/settings.ts";
import type { NodeState } from "../../lang/node-state.ts";
import { tellOutcome } from "../apply-outcome.ts";
import { DEFAULT_STATE_DIR, type Found, findMachine, type TouchArguments, withLock } from "../machine.ts";
import { say, type Voice, writeResult } from "../terminal.ts";
import { Trouble } from "../trouble.ts";

/** Options of `cleanup`. */
export interface CleanupArguments extends TouchArguments {
	/** What other modes, versions and the other program called iptables left behind, too. */
	readonly all?: boolean | undefined;
}

/** Takes everything of kube-proxy's out of this machine; rules of others stay. */
export async function cleanupCommand(argv: CleanupArguments, voice: Voice): Promise<void> {
	await withLock(argv, async (lock) => {
		const found = await findEverything(argv, voice, lock);
		const states = [...found.states.values()];
		const wanted = states.map(emptied);
		const directory = argv.stateDir ?? DEFAULT_STATE_DIR;
		const commands = [
			...planFamilies(found.states, wanted).flatMap((plan) => loads(plan, found.machine.variant)),
			...(argv.all === true ? leftovers(found) : []),
			...settingsBack(argv),
			...(await planTimersBack(directory, found.machine.run)),
			// Last, since it tells that there is something of the IPVS mode, should this run be cut short.
			...(hasDummyInterface() ? [REMOVE_DUMMY] : []),
		];
		if (argv.dryRun === true) {
			await writeResult(printCommands(commands));
			return;
		}
		if (commands.length === 0) {
			say(voice, "note", "nothing to do: there is nothing of kube-proxy's here");
			return;
		}
		const outcome = await applyCommands(commands, wanted, found.states, found.machine);
		tellOutcome(outcome, commands.length, voice);
		forget(directory);
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
	const found = await findMachine(BOTH, argv, voice, lock);
	const states = [...found.states.values()];
	if (states.some(({ sets }) => sets !== undefined)) return found;
	const isNamed = states.some(hasRulesWithSets);
	if (!isNamed && argv.all !== true) return found;
	try {
		return await findMachine(
			BOTH.map((state) => ({ ...state, virtualServers: [] })),
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

/** What `apply` changed becomes what it was. */
function settingsBack({ stateDir }: CleanupArguments): readonly PlannedCommand[] {
	const before = Object.entries(readRemembered(stateDir ?? DEFAULT_STATE_DIR));
	return planSettings(
		before.filter(([, value]) => /^-?\d+$/.test(value)).map(([name, value]) => ({ name, value: Number(value) })),
		readSetting,
	);
}
