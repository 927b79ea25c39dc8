import type { ProxyMode } from "../../config/proxy-config.ts";
import { type Difference, diff } from "../../diff/diff.ts";
import type { SideNames } from "../../diff/print/print-text.ts";
import type { NodeState } from "../../lang/node-state.ts";
import type { Family } from "../../net/ip.ts";
import type { Service } from "../../snapshot/snapshot.ts";
import { Trouble } from "../../trouble.ts";
import { type CompileArguments, type Compiled, compile } from "../compile/compile.ts";
import { say, type Voice } from "../output/terminal.ts";
import { compiledState } from "./compiled-state.ts";
import { readKernel, statesIn } from "./kernel.ts";
import { sayOneFamily, withoutStrangers } from "./live-families.ts";
import { refuseTerse } from "./nft-states.ts";
import { type Operand, readOperand } from "./read-operand.ts";
import { type ReadStates, readStates } from "./states.ts";
import { readToolTexts, type ToolText } from "./texts.ts";

/** What `diff` is told to compare, and how to show it, beside the options of every command that compiles. */
export interface DiffArguments extends CompileArguments {
	readonly operands?: readonly string[] | undefined;
	readonly live?: readonly string[] | undefined;
	readonly output?: string | undefined;
	readonly namespace?: string | undefined;
	readonly service?: string | undefined;
	readonly metrics?: string | undefined;
	readonly fromMode?: ProxyMode | undefined;
	readonly toMode?: ProxyMode | undefined;
}

/** The same, with everything else that was given. */
export type DiffArgv = DiffArguments & Readonly<Record<string, unknown>>;

/** Two sides, by family. */
export interface Sides {
	readonly old: ReadonlyMap<Family, NodeState>;
	readonly current: ReadonlyMap<Family, NodeState>;
	readonly names: SideNames;
	readonly compare: (old: NodeState, current: NodeState) => Difference;
	/** Of all snapshots among the sides; undefined: no side is one, so nobody knows the labels of Services. */
	readonly services: readonly Service[] | undefined;
}

/** A side that was compiled. */
interface CompiledSide {
	readonly states: ReadonlyMap<Family, NodeState>;
	readonly services: readonly Service[];
}

/** Reads, or compiles, what the arguments name. */
export async function readSides(argv: DiffArgv, voice: Voice): Promise<Sides> {
	const [first, second] = argv.operands ?? [];
	if (first !== undefined && second !== undefined) return readOperands(argv, first, second, voice);
	const snapshot =
		(argv.filename ?? []).map((name) => (name === "-" ? "standard input" : name)).join(", ") || "the cluster";
	if (argv.live !== undefined && argv.live.length > 0) {
		const texts: ToolText[] = [];
		for (const path of argv.live) texts.push(...(await readLiveTexts(path)));
		refuseTerse(texts);
		const read = readStates(texts, argv.ipFamily, voice);
		sayOneFamily(argv.ipFamily, read, voice);
		const { states: compiled, services } = await compileStates(argv, familyChoice(argv, read), voice);
		const states = argv.ipFamily === undefined ? withoutStrangers(compiled, read, voice) : compiled;
		const names = {
			old: argv.live.map((name) => (name === "-" ? "standard input" : name)).join(", "),
			current: snapshot,
		};
		return { old: read.states, current: hinted(read, states, voice), names, compare: liveComparison(read), services };
	}
	const { states, services } = await compileStates(argv, argv.ipFamily, voice);
	const live = await readKernel([...states.values()], { instead: "give --live FILE" });
	const read = statesIn(live, voice, states.size === 2 ? "dual" : [...states.keys()][0]);
	const names = { old: "this node", current: snapshot };
	return { old: read.states, current: hinted(read, states, voice), names, compare: liveComparison(read), services };
}

function liveComparison({ nftTables, besides }: ReadStates): Sides["compare"] {
	return (old, current) => diff(old, current, { telling: "live", nftTables, beside: besides.get(old.family) });
}

async function readLiveTexts(path: string): Promise<readonly ToolText[]> {
	const texts = await readToolTexts(path);
	if (texts.length > 0) return texts;
	throw new Trouble(
		`${path === "-" ? "standard input" : path}: expected what iptables-save, ipset save, ipvsadm -Sn, ip -o address or nft list ruleset print, found nothing like it`,
	);
}

/** The families of a dump are those to compile, unless the user says which. */
function familyChoice({ ipFamily }: DiffArgv, { states }: ReadStates): string | undefined {
	if (ipFamily !== undefined) return ipFamily;
	return states.size === 2 ? "dual" : [...states.keys()][0];
}

async function compileStates(argv: DiffArgv, ipFamily: string | undefined, voice: Voice): Promise<CompiledSide> {
	return statesOf(await compile({ ...argv, ipFamily }, voice));
}

function statesOf({ backend, models, snapshot: { services } }: Compiled): CompiledSide {
	return { states: new Map(models.map((model) => [model.family, compiledState(backend, model)])), services };
}

/** Differences that every rule has in common mostly come from an option that is missing: says which. */
function hinted({ states }: ReadStates, current: Sides["current"], voice: Voice): Sides["current"] {
	for (const [family, state] of current) {
		const node = states.get(family);
		if (node === undefined || node.iptables === undefined) continue;
		if (uses(state, "nfacct") && !uses(node, "nfacct") && !isEmpty(node)) {
			say(
				voice,
				"note",
				`${family}: no rule on the node refers to nfacct counters: --nfacct false, or an older --kube-version, leaves them out`,
			);
		}
		if (
			state.sets !== undefined &&
			(node.sets === undefined || node.virtualServers === undefined || node.dummyIPs === undefined)
		) {
			const parts = "ipset save, ipvsadm -Sn and ip -o address show dev kube-ipvs0";
			say(
				voice,
				"warning",
				`${family}: only what is known of the node is compared; give --live with what ${parts} print, too`,
			);
		}
		if (node.extent === "restored") continue;
		const tables = new Set(node.iptables.map(({ name }) => name));
		const lacking = (state.iptables ?? []).map(({ name }) => name).filter((name) => !tables.has(name));
		if (lacking.length > 0)
			say(
				voice,
				"warning",
				`${family}: the node's rules have no table ${lacking.join(", ")}: was only a part of them saved?`,
			);
	}
	return current;
}

function isEmpty({ iptables }: NodeState): boolean {
	return (iptables ?? []).every(({ chains }) => chains.every(({ name }) => !name.startsWith("KUBE-")));
}

function uses({ iptables }: NodeState, kind: string): boolean {
	return (iptables ?? []).some(({ rules }) =>
		rules.some(({ matches }) => matches.some((match) => match.kind === kind)),
	);
}

async function readOperands(argv: DiffArgv, first: string, second: string, voice: Voice): Promise<Sides> {
	const [one, other] = [await readOperand(first), await readOperand(second)];
	const fromTexts = [one, other].flatMap((operand) =>
		operand.kind === "texts" ? [readStates(operand.texts, argv.ipFamily, voice)] : [],
	);
	const [known] = fromTexts;
	const choice = known === undefined ? argv.ipFamily : familyChoice(argv, known);
	let texts = 0;
	const snapshots: CompiledSide[] = [];
	const states = async (operand: Operand): Promise<ReadonlyMap<Family, NodeState>> => {
		if (operand.kind === "texts") return fromTexts[texts++]?.states ?? new Map();
		const compiled = await compileStates({ ...argv, ...operand.input }, choice, voice);
		snapshots.push(compiled);
		return compiled.states;
	};
	const old = await states(one);
	const current = await states(other);
	const isWanted = (family: Family): boolean =>
		argv.ipFamily === undefined || argv.ipFamily === "dual" || argv.ipFamily === family;
	const shown = new Map([...current].filter(([family]) => isWanted(family)));
	for (const family of old.keys()) {
		if (!current.has(family) && isWanted(family))
			say(voice, "warning", `${first} has rules of ${family}, ${second} has none: they are not compared`);
	}
	if (shown.size === 0) throw new Trouble(`${second}: expected rules of ${argv.ipFamily}, found none`);
	const names = { old: first === "-" ? "standard input" : first, current: second === "-" ? "standard input" : second };
	const services = snapshots.length === 0 ? undefined : snapshots.flatMap((one) => one.services);
	return { old, current: shown, names, compare: (a, b) => diff(a, b), services };
}
