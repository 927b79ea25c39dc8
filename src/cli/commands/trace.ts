import { chooseOutcome } from "../../trace/choose.ts";
import { compareOutcomes } from "../../trace/compare-outcomes.ts";
import { describeOutcomes, describePacket, describeTrace } from "../../trace/print/describe.ts";
import { printDot } from "../../trace/print/print-dot.ts";
import { printMermaid } from "../../trace/print/print-mermaid.ts";
import { type NamedTrace, printModes, printNodes } from "../../trace/print/print-tables.ts";
import { printTrace } from "../../trace/print/print-text.ts";
import { Trouble } from "../../trouble.ts";
import { readModes } from "../arguments/modes-argument.ts";
import type { PacketArguments } from "../arguments/packet-arguments.ts";
import { refuseSelector } from "../arguments/selector-argument.ts";
import { type Cluster, readCluster } from "../compile/compile.ts";
import { withMode } from "../options/proxy-flags.ts";
import { printableLines, say, type Voice, writeResult } from "../output/terminal.ts";
import {
	compileTraceable,
	followPacket,
	readTraceable,
	type Traceable,
	type TraceableArguments,
	type Traced,
} from "../states/traceable.ts";

/** Options of `trace` beside those of every command that compiles. */
export interface TraceArguments extends TraceableArguments {
	readonly from?: string | undefined;
	readonly to?: string | undefined;
	readonly inInterface?: string | undefined;
	readonly output?: string | undefined;
	readonly seed?: string | undefined;
	readonly compare?: string | undefined;
}

type Argv = TraceArguments & Readonly<Record<string, unknown>>;

/** Stands for every Node of the snapshot. */
const EVERY_NODE = "*";

/** Follows a packet through the rules and prints what becomes of it. */
export async function traceCommand(given: Argv, voice: Voice): Promise<void> {
	if (given.from === "all-nodes" && given.node !== undefined && given.node !== EVERY_NODE) {
		throw new Trouble("--from all-nodes asks every node: leave out --node");
	}
	const argv: Argv = given.from === "all-nodes" ? { ...given, from: "node", node: EVERY_NODE } : given;
	refuseSelector(argv);
	const { from, to, inInterface } = argv;
	if (from === undefined || to === undefined) throw new Trouble("give --from and --to");
	const seed = readSeed(argv.seed);
	const packet = { from, to, inInterface };
	if (argv.compare !== undefined) await compareModes(argv, argv.compare, packet, voice);
	else if (argv.node === EVERY_NODE) await traceEveryNode(argv, packet, voice);
	else {
		const traceable =
			argv.rules === undefined
				? compileTraceable(await readCluster(argv, voice), argv, voice)
				: await readTraceable(argv, voice);
		await writeTrace(traceable, chosen(followPacket(traceable, packet, argv.affinity), seed), argv, voice);
	}
}

function readSeed(text: string | undefined): number | undefined {
	if (text === undefined) return undefined;
	if (/^\d{1,9}$/.test(text)) return Number(text);
	throw new Trouble(`--seed: expected a whole number from 0 to 999999999, got ${JSON.stringify(text)}`);
}

/** With a seed, one path only. */
function chosen({ packet, outcomes }: Traced, seed: number | undefined): Traced {
	const outcome = seed === undefined ? undefined : chooseOutcome(outcomes, seed);
	return { packet, outcomes: outcome === undefined ? outcomes : [outcome] };
}

async function writeTrace(
	{ name, names, caveats }: Traceable,
	{ packet, outcomes }: Traced,
	{ output }: Argv,
	{ isVerbose }: Voice,
): Promise<void> {
	switch (output) {
		case "json":
			await writeJSON(describeTrace(packet, outcomes, name, names, caveats));
			break;
		case "mermaid":
			await writeResult(printMermaid(packet, outcomes, isVerbose));
			break;
		case "dot":
			await writeResult(printDot(packet, outcomes, isVerbose));
			break;
		default:
			await writeResult(printableLines(printTrace(packet, outcomes, { isVerbose, names, node: name, caveats })));
	}
}

async function writeJSON(value: unknown): Promise<void> {
	await writeResult(`${JSON.stringify(value, null, 2)}\n`);
}

/** Tables have no diagram, and no single path. */
function checkTable(argv: Argv, option: string): void {
	if (argv.rules !== undefined) throw new Trouble(`${option} compiles: give -f, not --rules`);
	if (argv.seed !== undefined) throw new Trouble(`${option} shows all outcomes: leave out --seed`);
	if (argv.output === "mermaid" || argv.output === "dot") {
		throw new Trouble(`${option}: expected -o text or json, got ${argv.output}`);
	}
}

async function traceEveryNode(argv: Argv, packet: PacketArguments, voice: Voice): Promise<void> {
	const option = `--node '${EVERY_NODE}'`;
	checkTable(argv, option);
	if ((argv.nodeIp ?? []).length > 0)
		throw new Trouble(`${option} takes the addresses of the Nodes: leave out --node-ip`);
	const cluster = await readCluster(argv, voice);
	if (cluster.snapshot.nodes.length === 0) throw new Trouble(`${option}: there is no Node in the input`);
	const nodes = cluster.snapshot.nodes.map(({ name }) => name).sort();
	const asked = nodes.map((node) => traceOn(cluster, { ...argv, node }, packet, voice));
	const traces = asked.flatMap(({ trace }) => trace ?? []);
	const troubles = asked.flatMap(({ trouble }) => trouble ?? []);
	if (traces.length === 0 && troubles[0] !== undefined) throw troubles[0];
	for (const { message } of troubles) say(voice, "warning", message);
	const json = traces.map(({ packet: one, outcomes, name, names }) => describeTrace(one, outcomes, name, names));
	if (argv.output === "json") await writeJSON({ nodes: json });
	else await writeResult(printableLines(printNodes(traces)));
}

/** What came of asking one node. */
interface Asked {
	readonly trace?: NamedTrace;
	readonly trouble?: Trouble;
}

/** What goes wrong for one node is no reason to say nothing of the others. */
function traceOn(cluster: Cluster, argv: Argv, packet: PacketArguments, voice: Voice): Asked {
	try {
		const traceable = compileTraceable(cluster, argv, { ...voice, isQuiet: true });
		return { trace: namedTrace(argv.node ?? "", traceable, packet, argv) };
	} catch (error) {
		if (error instanceof Trouble) return { trouble: new Trouble(`Node ${argv.node}: ${error.message}`) };
		throw error;
	}
}

function namedTrace(name: string, traceable: Traceable, packet: PacketArguments, { affinity }: Argv): NamedTrace {
	return { name, ...followPacket(traceable, packet, affinity), names: traceable.names };
}

async function compareModes(argv: Argv, text: string, packet: PacketArguments, voice: Voice): Promise<void> {
	checkTable(argv, "--compare");
	if (argv.node === EVERY_NODE) throw new Trouble(`--compare takes one node: give its name with --node`);
	const modes = readModes(text);
	const cluster = await readCluster(argv, voice);
	const traces = modes.map((mode, index) => {
		const heard = index === 0 ? voice : { ...voice, isQuiet: true };
		return namedTrace(mode, compileTraceable(cluster, withMode(argv, mode, "--compare"), heard), packet, argv);
	});
	if (argv.output === "json") await writeJSON(describeModes(traces, argv.node));
	else await writeResult(printableLines(printModes(traces)));
}

/** Documented in docs/json.md. */
function describeModes(traces: readonly NamedTrace[], node: string | undefined): unknown {
	const [first] = traces;
	if (first === undefined) return {};
	const modes = traces.map(({ name, packet, outcomes, names }) => [
		name,
		{ outcomes: describeOutcomes(packet, outcomes, names) },
	]);
	const differences = traces.slice(1).flatMap(({ name, outcomes }) =>
		compareOutcomes(first.outcomes, outcomes).map(({ kind, old, current }) => ({
			kind,
			[first.name]: old,
			[name]: current,
		})),
	);
	return {
		packet: describePacket(first.packet, node),
		equal: differences.length === 0,
		differences,
		modes: Object.fromEntries(modes),
	};
}
