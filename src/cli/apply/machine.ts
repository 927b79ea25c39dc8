import { networkInterfaces } from "node:os";
import type { Machine, States } from "../../apply/apply.ts";
import { runHere } from "../../apply/execute.ts";
import { type Lock, type LockResult, takeLock } from "../../apply/lock.ts";
import { readNftVersions, tooOld } from "../../apply/nft-support.ts";
import { findOthers } from "../../apply/others.ts";
import type { LiveTexts } from "../../apply/read-live.ts";
import { chooseVariant, programOf, type Variant, type VariantChoice, type VariantRules } from "../../apply/variant.ts";
import { parseIptables } from "../../lang/iptables/parse.ts";
import type { NodeState } from "../../lang/node-state.ts";
import { type IP, parseIP } from "../../net/ip.ts";
import { reasonOf, Trouble } from "../../trouble.ts";
import { newProgress, showTime } from "../live/progress.ts";
import { say, type Voice } from "../output/terminal.ts";
import { isOfNft, readKernel, statesIn, withoutFamily } from "../states/kernel.ts";
import { readDuration } from "./every.ts";

/** This machine, as it was found. */
export interface Found {
	readonly machine: Machine;
	readonly states: States;
	/** Which of the programs called iptables is used; undefined: none is, in this mode. */
	readonly choice: VariantChoice | undefined;
	/** What each of the other programs called iptables holds. */
	readonly beside: readonly Beside[];
	/** `ip kube-proxy`, `ip6 kube-proxy`: tables of the nftables mode. */
	readonly nftTables: readonly string[];
}

/** Rules beside those of the mode at hand. */
export interface Beside {
	/** Undefined: the only iptables of this machine. */
	readonly variant: Variant | undefined;
	readonly states: States;
}

/** Options of commands that change this machine. */
export interface TouchArguments {
	readonly dryRun?: boolean | undefined;
	readonly force?: boolean | undefined;
	readonly iptables?: string | undefined;
	readonly lockTimeout?: string | undefined;
	readonly commandTimeout?: string | undefined;
	readonly stateDir?: string | undefined;
	/** Ends the wait for another run. */
	readonly stopping?: AbortSignal | undefined;
}

/** Where settings are remembered, and what is locked, unless `--state-dir` says otherwise: gone after a restart, as the rules are. */
export const DEFAULT_STATE_DIR = "/run/svcnat";

/** How long a command may take, in seconds. Loads of 100,000 rules with nft take minutes. */
const DEFAULT_COMMAND_TIMEOUT = "600";

/** Two runs never change rules at the same time, nor do programs of one that was killed. Without a lock in a dry run. */
export async function withLock(argv: TouchArguments, use: (lock: Lock | undefined) => Promise<void>): Promise<void> {
	const { dryRun, lockTimeout = "60" } = argv;
	const waitSeconds = readDuration("--lock-timeout", lockTimeout, 0) / 1000;
	if (dryRun === true) {
		await use(undefined);
		return;
	}
	const result = await tryToLock(waitSeconds, argv);
	if (result.kind === "busy") {
		const who = "another svcnat, or a program that one left when it was killed, is changing rules here";
		throw new Trouble(`${who}; waited ${waitSeconds} s for it (--lock-timeout)`);
	}
	try {
		await use(result.lock);
	} finally {
		result.lock.release();
	}
}

async function tryToLock(
	waitSeconds: number,
	{ stateDir = DEFAULT_STATE_DIR, stopping }: TouchArguments,
): Promise<Exclude<LockResult, { kind: "failed" }>> {
	const trouble = (reason: string): Trouble =>
		new Trouble(`--state-dir ${stateDir}: ${reason}: the file lock there keeps runs apart`);
	try {
		const result = await takeLock(stateDir, waitSeconds, stopping);
		if (result.kind === "failed") throw trouble(result.reason);
		return result;
	} catch (error) {
		if (error instanceof Error && "code" in error && "syscall" in error) throw trouble(reasonOf(error));
		throw error;
	}
}

/** Nobody writes rules for a machine that is not the node, or where somebody else writes them. */
export async function refuseOthers(
	nodeIPs: readonly IP[],
	{ states, beside }: Found,
	{ force, dryRun }: TouchArguments,
	voice: Voice,
): Promise<void> {
	const own = Object.values(networkInterfaces()).flatMap((addresses) =>
		(addresses ?? []).map(({ address }) => address),
	);
	const here = new Set(own.map((address) => parseIP(address)));
	const isNode = nodeIPs.some((ip) => here.has(ip));
	const elsewhere = `none of the node's addresses (${nodeIPs.join(", ")}) is on an interface of this machine`;
	const all = [states, ...beside.map((one) => one.states)].flatMap((some) => [...some.values()]);
	refuseFor([...(isNode ? [] : [elsewhere]), ...(await findOthers(all))], { force, dryRun }, voice);
}

/** Nobody loads rules that the tools or the kernel cannot have. */
export async function refuseOld(wanted: readonly NodeState[], argv: TouchArguments, voice: Voice): Promise<void> {
	if (!isOfNft(wanted)) return;
	refuseFor(tooOld(await readNftVersions(SHORT_TIMEOUT), process.env), argv, voice);
}

/** For what only prints a line, in seconds. */
const SHORT_TIMEOUT = 10;

function refuseFor(reasons: readonly string[], { force, dryRun }: TouchArguments, voice: Voice): void {
	if (reasons.length === 0) return;
	if (force !== true && dryRun !== true)
		throw new Trouble("rules are not touched (--force does it all the same):", reasons);
	for (const reason of reasons) say(voice, "warning", reason);
}

/**
 * Reads what this machine has, and decides which iptables to use.
 *
 * @param wanted states of the families and the mode at hand
 * @param options of them `iptables` (legacy or nft; undefined: decide), `commandTimeout` and `stateDir`
 * @param lock what programs get that change rules
 */
export async function findMachine(
	wanted: readonly NodeState[],
	{ iptables: given, commandTimeout = DEFAULT_COMMAND_TIMEOUT, stateDir = DEFAULT_STATE_DIR }: TouchArguments,
	voice: Voice,
	lock: Lock | undefined,
): Promise<Found> {
	const timeoutSeconds = readDuration("--command-timeout", commandTimeout) / 1000;
	const quiet = { ...voice, isQuiet: true };
	const progress = newProgress(voice);
	const options = { timeoutSeconds, isForLoading: true };
	const read = (): Promise<LiveTexts> => showTime("reading the rules", readKernel(wanted, options), progress);
	// Without the lock nothing is changed, and somebody else may be writing there.
	const inputDirectory = lock === undefined ? undefined : stateDir;
	const run = runHere({ timeoutSeconds, descriptor: lock?.descriptor, inputDirectory });
	const live = await read();
	const choice = isOfNft(wanted) ? undefined : choose(live, given);
	const families = wanted.length === 2 ? "dual" : wanted[0]?.family;
	const statesOf = (texts: LiveTexts): States => {
		const own = choice === undefined ? { ...texts, iptables: [] } : only(texts, wanted, choice.variant);
		return statesIn(own, quiet, families).states;
	};
	return {
		machine: {
			read: async () => statesOf(await read()),
			run: (planned) => showTime(planned.purpose, run(planned), progress),
			variant: choice?.variant,
		},
		states: statesOf(live),
		choice,
		nftTables: live.nftTables,
		beside: besideIn(live, choice, quiet),
	};
}

function besideIn(live: LiveTexts, choice: VariantChoice | undefined, voice: Voice): readonly Beside[] {
	const variants = new Set(live.iptables.map(({ variant }) => variant));
	const others = [...variants].filter((variant) => choice === undefined || variant !== choice.variant);
	return others.map((variant) => {
		const iptables = live.iptables.filter((one) => one.variant === variant);
		return { variant, states: statesIn({ ...live, ...NOTHING_ELSE, iptables }, voice).states };
	});
}

/** There is one load balancer and one nft, whatever the programs called iptables. */
const NOTHING_ELSE = { ipvsadm: undefined, ipset: undefined, addresses: undefined, nft: undefined };

function choose(live: LiveTexts, given: string | undefined): VariantChoice {
	const variants = new Set(live.iptables.map(({ variant }) => variant));
	if (given === undefined) return chooseVariant(live.iptables.map(rulesOf));
	const variant = given as Variant;
	if (variants.has(variant)) return { variant, reason: "--iptables says so" };
	throw new Trouble(`--iptables ${given}: there is no iptables-${given}-save on this machine`);
}

function rulesOf({ family, variant, text }: LiveTexts["iptables"][number]): VariantRules {
	return { family, variant, tables: parseIptables(text, "save").sections.flatMap(({ tables }) => tables) };
}

/** What one of the programs printed. A family of which nothing is known must not pass for one without rules. */
function only(live: LiveTexts, wanted: readonly NodeState[], variant: Variant | undefined): LiveTexts {
	const iptables = live.iptables.filter((one) => one.variant === variant);
	const missing = wanted.find(({ family }) => !iptables.some((one) => one.family === family));
	if (missing === undefined) return { ...live, iptables };
	const program = programOf(missing.family === "ipv4" ? "iptables-save" : "ip6tables-save", variant);
	throw new Trouble(
		`${program} is not there, or the kernel does not know it: install it, or ${withoutFamily(missing.family)}`,
	);
}
