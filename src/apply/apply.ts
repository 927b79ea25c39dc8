import { type Difference, diff } from "../diff/diff.ts";
import type { NodeState } from "../lang/node-state.ts";
import type { Family } from "../net/ip.ts";
import { reasonOf } from "../trouble.ts";
import { type Blame, findRefusedLine, loadsRules } from "./bisect.ts";
import { type Execution, execute, type FailedCommand, type Run } from "./execute.ts";
import { refusedByNft } from "./nft-blame.ts";
import { withoutForeign } from "./owned.ts";
import type { FamilyPlan, PlannedCommand } from "./plan.ts";
import { loads } from "./plan-rules.ts";
import { withoutStaleChains } from "./stale-chains.ts";
import type { Variant } from "./variant.ts";

/** What a node has, by family. */
export type States = ReadonlyMap<Family, NodeState>;

/** What `apply` needs of the machine. */
export interface Machine {
	/** Reads what the kernel holds now, for the families and the mode at hand. */
	readonly read: () => Promise<States>;
	readonly run: Run;
	readonly variant: Variant | undefined;
}

/** How an attempt to change a node's rules ended. */
export interface Outcome {
	/** The command that failed; undefined: none did. */
	readonly failed: FailedCommand | undefined;
	/** Commands that failed and that rules do not need. */
	readonly skipped: readonly FailedCommand[];
	/** After the commands the node was read again: what still differs; empty when all is as it should be. */
	readonly left: readonly Difference[];
	/**
	 * What was done about a failure. `not-needed`: nothing had changed, or all went well. `equal`: rules were loaded that mean
	 * the same as those before, which stay. `done`: what was there before is there again. Else it is not, and the reason.
	 */
	readonly rollback: "not-needed" | "equal" | "done" | FailedCommand;
	/** Which line of a load was refused; undefined when no load failed. */
	readonly blame: Blame | undefined;
	/** Why the node could not be read again, so that nobody knows what it has; undefined: it could. */
	readonly unread: string | undefined;
}

/** Compares what families of a node have with what they should have. Virtual servers and sets of others are left out. */
export function planFamilies(live: States, wanted: readonly NodeState[]): readonly FamilyPlan[] {
	return wanted.map((state) => {
		const now = withoutForeign(live.get(state.family) ?? nothing(state.family), state);
		return { live: now, wanted: state, difference: diff(now, state, { telling: "live" }) };
	});
}

function nothing(family: Family): NodeState {
	const none = { virtualServers: undefined, sets: undefined, dummyIPs: undefined };
	return { family, iptables: [], ...none, nft: [], extent: "node" };
}

/**
 * Runs commands, reads the node again, and puts back what was there before when a command failed or the node is not what
 * it should be.
 *
 * @param before what the node had when the commands were worked out
 */
export async function applyCommands(
	commands: readonly PlannedCommand[],
	wanted: readonly NodeState[],
	before: States,
	machine: Machine,
): Promise<Outcome> {
	const execution = await execute(commands, machine.run);
	const after = await readAgain(machine);
	if (typeof after === "string") {
		return { ...kept(execution), left: [], rollback: "not-needed", blame: undefined, unread: after };
	}
	const left = planFamilies(settled(after, wanted), wanted).map(({ difference }) => difference);
	const isGood = execution.failed === undefined && left.every(({ equal }) => equal);
	const rollback = isGood ? "not-needed" : await rollBack(before, after, machine, execution.done);
	const blame = await blameOf(execution, before, machine.run);
	return { ...kept(execution), left: left.filter(({ equal }) => !equal), rollback, blame, unread: undefined };
}

/** What packets can meet. */
function settled(after: States, wanted: readonly NodeState[]): States {
	const known = wanted.flatMap((state): readonly [NodeState, NodeState][] => {
		const own = after.get(state.family);
		return own === undefined ? [] : [[own, state]];
	});
	return new Map(known.map(([own, state]) => [own.family, withoutStaleChains(own, state)]));
}

/** What the node has now; or why that cannot be told. */
async function readAgain(machine: Machine): Promise<States | string> {
	try {
		return await machine.read();
	} catch (error) {
		return reasonOf(error);
	}
}

async function blameOf({ failed }: Execution, before: States, run: Run): Promise<Blame | undefined> {
	if (failed === undefined) return undefined;
	const { program, stdin = "" } = failed.planned.command;
	if (program === "nft") return refusedByNft(stdin, failed.reason, [...before.values()]);
	if (!loadsRules(program)) return undefined;
	const family = program.startsWith("ip6") ? "ipv6" : "ipv4";
	return findRefusedLine(stdin, failed.reason, { program, run, live: before.get(family) ?? nothing(family) });
}

function kept({ failed, skipped }: Execution): Pick<Outcome, "failed" | "skipped"> {
	return { failed, skipped };
}

/**
 * Makes the node's rules what they were, then undoes what commands did beside. Rules of others stay what they are now.
 *
 * @param done the commands that ran
 */
export async function rollBack(
	before: States,
	after: States,
	machine: Machine,
	done: readonly PlannedCommand[],
): Promise<Outcome["rollback"]> {
	const plans = planFamilies(
		after,
		[...before.values()].map((state) => ({ ...withoutForeign(state, state), extent: "kube-proxy" as const })),
	);
	// In full: so the rules get their order back, too.
	const differing = plans.filter(({ difference }) => !difference.equal);
	const rules = loads(differing, machine.variant, true);
	const commands = [...rules, ...done.flatMap(({ undo }) => undo ?? []).reverse()];
	const isLoaded = done.some(({ command, isCheck }) => command.stdin !== undefined && isCheck !== true);
	if (commands.length === 0) return isLoaded ? "equal" : "not-needed";
	const { failed } = await execute(commands, machine.run);
	return failed ?? "done";
}
