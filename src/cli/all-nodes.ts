import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { Worker } from "node:worker_threads";
import { Trouble } from "../trouble.ts";
import { type Cluster, type CompileArguments, readCluster } from "./compile/compile.ts";
import { checkSettings, type Settings, settingsReader } from "./compile/settings.ts";
import type { Voice } from "./output/terminal.ts";
import { type Draft, placeDrafts, removeDrafts } from "./output/write-parts.ts";

/** Options of `dump --all-nodes`. */
interface AllNodesArguments extends CompileArguments {
	readonly outputDir?: string | undefined;
}

type Argv = AllNodesArguments & Readonly<Record<string, unknown>>;

/** What a thread is to do. Threads get copies, so there are no functions in it. */
export interface Work {
	readonly cluster: Cluster;
	readonly argv: CompileArguments & Readonly<Record<string, unknown>>;
	readonly voice: Voice;
	readonly nodes: readonly NodeWork[];
}

/** One node of a thread's. */
export interface NodeWork {
	readonly node: string;
	readonly settings: Omit<Settings, "backend">;
	/** Where its parts go. */
	readonly directory: string;
}

/** What a thread has done, in the order of its nodes; up to the first that went wrong. */
export interface Done {
	readonly drafts: readonly Draft[];
	/** What is to be said. */
	readonly messages: readonly string[];
	readonly trouble: { readonly message: string; readonly below: readonly string[] } | undefined;
}

/**
 * Writes the rules of every Node of a snapshot, each into a folder of its own, in as many threads as there are processors.
 * Objects are read once; what concerns several nodes is said once. All folders are written, or none.
 */
export async function dumpAllNodes(argv: Argv, voice: Voice): Promise<void> {
	const outputDir = checkArguments(argv);
	checkSettings(argv);
	const cluster = await readCluster(argv, voice);
	const names = cluster.snapshot.nodes.map(({ name }) => name).sort();
	if (names.length === 0) throw new Trouble("--all-nodes: there is no Node in the input");
	const hear = onceEach();
	const readSettings = settingsReader(argv, cluster.facts);
	const nodes = names.map((node): NodeWork => {
		const { backend: _, ...settings } = readSettings(node, { ...voice, hear });
		return { node, settings, directory: resolve(outputDir, node) };
	});
	const shares = sharesOf(nodes, Math.min(nodes.length, availableParallelism()));
	const ended = await Promise.allSettled(shares.map((share) => runThread({ cluster, argv, voice, nodes: share })));
	const done = ended.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
	for (const message of done.flatMap(({ messages }) => messages)) hear(message);
	const drafts = done.flatMap((one) => one.drafts);
	const failure =
		ended.find((one) => one.status === "rejected")?.reason ?? done.find(({ trouble }) => trouble)?.trouble;
	if (failure !== undefined) {
		removeDrafts(drafts);
		throw failure instanceof Error ? failure : new Trouble(failure.message, failure.below);
	}
	placeDrafts(drafts);
}

/** Says each message on standard error, once. */
function onceEach(): (message: string) => void {
	const heard = new Set<string>();
	return (message) => {
		if (!heard.has(message)) process.stderr.write(message);
		heard.add(message);
	};
}

/** Deals nodes out to threads. */
function sharesOf(nodes: readonly NodeWork[], threads: number): readonly (readonly NodeWork[])[] {
	return Array.from({ length: threads }, (_, thread) => nodes.filter((__, index) => index % threads === thread));
}

/** @throws what went wrong within the thread, other than a Trouble */
function runThread(workerData: Work): Promise<Done> {
	return new Promise((fulfil, reject) => {
		const worker = new Worker(new URL("./all-nodes-thread.js", import.meta.url), { workerData });
		worker.once("message", fulfil);
		worker.once("error", reject);
		worker.once("exit", (code) => reject(new Error(`a thread ended early, with ${code}`)));
	});
}

function checkArguments({ outputDir, node, nodeIp = [], interface: interfaces = [] }: Argv): string {
	if (outputDir === undefined) throw new Trouble("--all-nodes writes a folder for each Node: give --output-dir");
	const option =
		node !== undefined ? "--node" : nodeIp.length > 0 ? "--node-ip" : interfaces.length > 0 ? "--interface" : undefined;
	if (option === undefined) return outputDir;
	throw new Trouble(`--all-nodes takes names and addresses of the Nodes: leave out ${option}`);
}
