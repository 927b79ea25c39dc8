import type { Command } from "../lang/command.ts";
import type { NodeState } from "../lang/node-state.ts";
import type { States } from "./apply.ts";
import type { Run } from "./execute.ts";
import { drain, hasLeaving, type Since } from "./ipvs-drain.ts";
import { readIpvsMemory, writeIpvsMemory } from "./ipvs-memory.ts";
import { DUMMY, hasDummyInterface, readConnections, readTimeouts } from "./ipvs-read.ts";
import { withoutForeign } from "./owned.ts";
import type { PlannedCommand } from "./plan.ts";

/** What a node in IPVS mode has, and what of it is to be changed in this run. */
export interface IpvsPlan {
	/** Real servers that have to stay for a while are in the wanted states, with weight 0. */
	readonly live: States;
	readonly wanted: readonly NodeState[];
	/** What rules and virtual servers stand on: the module, the interface, timers of the kernel. */
	readonly setup: readonly PlannedCommand[];
	/** How many real servers wait for the end of their connections. */
	readonly drainingCount: number;
	/** Some of them got weight 0 in this run only: planning again afterwards tells which of them can go. */
	readonly hasMore: boolean;
	/** Writes down what later runs have to know; before anything is changed. */
	readonly remember: () => void;
}

/** How to plan. */
export interface IpvsPlanOptions {
	/** `Backend.setup`, without rules. */
	readonly setup: readonly Command[];
	readonly run: Run;
	readonly stateDirectory: string;
	/** Milliseconds that a real server may wait for the end of its connections. */
	readonly drainLimit: number;
	/** What a kernel setting is; undefined: there is none of this name. */
	readonly readSetting: (name: string) => string | undefined;
}

/**
 * Reads what only the IPVS mode needs to know, as far as it matters, and decides which real servers go now. Other modes
 * get back what they give.
 *
 * @throws ReadLiveError when ipvsadm fails
 */
export async function planIpvs(
	live: States,
	wanted: readonly NodeState[],
	{ setup, run, stateDirectory, drainLimit, readSetting }: IpvsPlanOptions,
): Promise<IpvsPlan> {
	if (wanted.every(({ virtualServers }) => virtualServers === undefined)) {
		return { live, wanted, setup: [], drainingCount: 0, hasMore: false, remember: () => {} };
	}
	const pairs = wanted.flatMap((state) => {
		const own = live.get(state.family);
		return own === undefined ? [] : [{ live: withoutForeign(own, state), wanted: state }];
	});
	const isLeaving = pairs.some((pair) => hasLeaving(pair.live, pair.wanted));
	const connections = isLeaving ? await readConnections(run) : new Map<string, number>();
	const { draining } = readIpvsMemory(stateDirectory);
	const options = { connections, since: draining, now: Date.now(), limit: drainLimit };
	const drained = new Map(pairs.map((pair) => [pair.wanted.family, drain(pair.live, pair.wanted, options)]));
	const since: Since = Object.assign({}, ...[...drained.values()].map((one) => one.since));
	const { timers, before } = await planTimeouts(setup, run);
	return {
		live: new Map([...live].map(([family, state]) => [family, drained.get(family)?.live ?? state])),
		wanted: wanted.map((state) => drained.get(state.family)?.wanted ?? state),
		setup: [...loadModule(readSetting), ...makeInterface(setup), ...timers],
		drainingCount: Object.keys(since).length,
		hasMore: [...drained.values()].some(({ hasNew }) => hasNew),
		remember: () => writeIpvsMemory(stateDirectory, { draining: since, timeouts: before }),
	};
}

/** Its settings are there only when the module is. */
function loadModule(readSetting: IpvsPlanOptions["readSetting"]): readonly PlannedCommand[] {
	if (readSetting("net.ipv4.vs.conntrack") !== undefined) return [];
	return [
		{ command: { program: "modprobe", args: ["ip_vs"] }, purpose: "the kernel's load balancer", isOptional: true },
	];
}

function makeInterface(setup: readonly Command[]): readonly PlannedCommand[] {
	if (hasDummyInterface()) return [];
	return setup
		.filter(({ program, args }) => program === "ip" && args.includes(DUMMY))
		.map((command) => ({ command, purpose: "the interface for addresses of Services", isOptional: false }));
}

interface TimerPlan {
	readonly timers: readonly PlannedCommand[];
	/** What they were; undefined when they stay. */
	readonly before: readonly string[] | undefined;
}

/** What `apply` changed about timers becomes what it was. */
export async function planTimersBack(stateDirectory: string, run: Run): Promise<readonly PlannedCommand[]> {
	const { timeouts } = readIpvsMemory(stateDirectory);
	if (timeouts === undefined) return [];
	return (await planTimeouts([{ program: "ipvsadm", args: ["--set", ...timeouts] }], run)).timers;
}

/** The timers are set when one of them is another one; 0 stands for any. */
async function planTimeouts(setup: readonly Command[], run: Run): Promise<TimerPlan> {
	const command = setup.find(({ program, args }) => program === "ipvsadm" && args[0] === "--set");
	if (command === undefined) return { timers: [], before: undefined };
	const before = await readTimeouts(run);
	const isSet = command.args.slice(1).every((value, index) => value === "0" || value === before[index]);
	if (isSet) return { timers: [], before: undefined };
	return {
		timers: [{ command, purpose: `timers of IPVS, which were ${before.join(" ")}`, isOptional: false }],
		before,
	};
}
