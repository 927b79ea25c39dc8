import { hasDummyInterface } from "../../apply/ipvs-read.ts";
import type { Lock } from "../../apply/lock.ts";
import { hasKubeProxyRules, hasRulesWithSets } from "../../apply/owned.ts";
import { indexNft } from "../../diff/nft/index.ts";
import type { NodeState } from "../../lang/node-state.ts";
import { Trouble } from "../../trouble.ts";
import { say, type Voice } from "../output/terminal.ts";
import { type Found, findMachine, type TouchArguments } from "./machine.ts";

/** Options of `cleanup` that say what goes. */
export interface ScopeArguments extends TouchArguments {
	/** What other modes, versions and the other program called iptables left behind, too. */
	readonly all?: boolean | undefined;
	/** Whose rules; undefined: those of the mode that is there. */
	readonly proxyMode?: string | undefined;
	readonly ipFamily?: string | undefined;
}

/** @throws Trouble when one option asks for one mode and another for all */
export function checkScope({ all, proxyMode }: ScopeArguments): void {
	if (all !== true || proxyMode === undefined) return;
	throw new Trouble(
		`--all --proxy-mode ${proxyMode}: --all removes the rules of every mode, --proxy-mode those of one: leave out one of them`,
	);
}

/**
 * Reads what is there of the mode that goes. Where nobody says the mode, it is nftables when this machine has tables of that mode
 * and nothing of the others, or no iptables at all.
 */
export async function findEverything(argv: ScopeArguments, voice: Voice, lock: Lock | undefined): Promise<Found> {
	const families = BOTH.filter(({ family }) => [undefined, "dual", family].includes(argv.ipFamily));
	const mode = argv.proxyMode;
	const find = (states: readonly NodeState[]): Promise<Found> => findMachine(states, argv, voice, lock);
	const withTables = families.map((state) => ({ ...state, nft: [] }));
	if (mode === "nftables") return find(withTables);
	if (mode === undefined) {
		const found = await ifAny(() => find(withTables), voice);
		const isChosen = found !== undefined && (found.beside.length === 0 || (argv.all !== true && isOnlyNft(found)));
		if (isChosen) return found;
	}
	return findWithIpvs(families, find, argv.all === true || mode === "ipvs", voice);
}

/** A machine without a mode's tools, or a kernel without what they are for, has nothing of it. */
async function ifAny(find: () => Promise<Found>, voice: Voice): Promise<Found | undefined> {
	try {
		return await find();
	} catch (error) {
		if (!(error instanceof Trouble)) throw error;
		say(voice, "detail", error.message);
		return undefined;
	}
}

function isOnlyNft({ states, beside }: Found): boolean {
	return [...states.values()].some(hasTable) && !beside.some(hasRules) && !hasDummyInterface();
}

function hasTable(state: NodeState): boolean {
	return indexNft(state).table !== undefined;
}

function hasRules({ states }: Pick<Found, "states">): boolean {
	return [...states.values()].some(hasKubeProxyRules);
}

/** What the IPVS mode left is looked for without its interface, too, when rules refer to its sets, or on demand. */
async function findWithIpvs(
	families: readonly NodeState[],
	find: (states: readonly NodeState[]) => Promise<Found>,
	isAll: boolean,
	voice: Voice,
): Promise<Found> {
	const found = await find(families);
	const states = [...found.states.values()];
	if (states.some(({ sets }) => sets !== undefined)) return found;
	const isNamed = states.some(hasRulesWithSets);
	if (!isNamed && !isAll) return found;
	const again = (): Promise<Found> => find(families.map((state) => ({ ...state, virtualServers: [] })));
	return isNamed ? again() : ((await ifAny(again, voice)) ?? found);
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

/** Says what stays of other modes. */
export function warnStaying({ nftTables, choice, beside }: Found, { all }: ScopeArguments, voice: Voice): void {
	if (all === true) return;
	const stays = (what: string, mode: string): void =>
		say(
			voice,
			"warning",
			`${what}, and stay: svcnat cleanup --proxy-mode ${mode} removes them, --all the rules of every mode`,
		);
	if (nftTables.length > 0) stays(`there are tables of the nftables mode (${nftTables.join(", ")})`, "nftables");
	if (choice === undefined && (beside.some(hasRules) || hasDummyInterface())) {
		stays("there are rules of the iptables or IPVS mode", "iptables");
	}
}
