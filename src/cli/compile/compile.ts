import type { WithBackend } from "../../backends.ts";
import type { LiveCluster } from "../../cluster/live-cluster.ts";
import type { KubeVersion } from "../../config/kube-version.ts";
import type { ProxyConfig } from "../../config/proxy-config.ts";
import { buildModel } from "../../model/build-model.ts";
import { findLocalNode, primaryFamily } from "../../model/local-node.ts";
import type { Model } from "../../model/model.ts";
import type { Family } from "../../net/ip.ts";
import { keepObjects } from "../../snapshot/keep-objects.ts";
import { readSnapshot, type SourceDocument } from "../../snapshot/read-snapshot.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import { Trouble } from "../../trouble.ts";
import { nodeNameOf } from "../arguments/node-arguments.ts";
import { type LiveArguments, liveOption, readLive } from "../live/live.ts";
import { liveFacts, type ProxyFacts, savedFacts } from "../live/proxy-facts.ts";
import { reportIgnored, reportLeftOut, reportProblems } from "../output/report.ts";
import { say, type Voice } from "../output/terminal.ts";
import { readInputs } from "./input.ts";
import { checkSettings, readSettings, type Settings, type SettingsArguments } from "./settings.ts";

/** Options of every command that compiles, as yargs gives them. */
export interface CompileArguments extends LiveArguments, SettingsArguments {
	readonly filename?: readonly string[] | undefined;
	readonly recursive?: boolean | undefined;
	readonly strict?: boolean | undefined;
	readonly ipFamily?: string | undefined;
	readonly nfacct?: boolean | undefined;
	/** Objects that were read already, instead of `filename`. */
	readonly documents?: readonly SourceDocument[] | undefined;
}

/** What a command needs to go on. */
export interface Compiled {
	readonly backend: WithBackend;
	readonly config: ProxyConfig;
	readonly kubeVersion: KubeVersion;
	/** One a family, IPv4 first. */
	readonly models: readonly Model[];
	readonly snapshot: Snapshot;
}

/** The objects that were read. */
export interface Cluster {
	readonly snapshot: Snapshot;
	/** Of a live cluster, or one that was saved; undefined: there is nothing but the objects. */
	readonly facts: ProxyFacts | undefined;
	/** Objects or fields had to be left out. */
	readonly hasErrors: boolean;
	/** What came of these objects the last time; models take from it what has not changed. */
	readonly before: Pick<Compiled, "models" | "snapshot"> | undefined;
}

type Argv = CompileArguments & Readonly<Record<string, unknown>>;

/** Reads everything a compiling command is given and builds its models. Problems go to standard error. */
export async function compile(argv: Argv, voice: Voice): Promise<Compiled> {
	checkSettings(argv);
	return compileAgain(await readCluster(argv, voice), argv, voice);
}

/** The same for objects that were read already: for another node, another mode. */
export function compileAgain(cluster: Cluster, argv: Argv, voice: Voice): Compiled {
	return compileWith(readSettings(argv, cluster.facts, voice), cluster, argv, voice);
}

/** The same when it was read already how the node is set up. */
export function compileWith(settings: Settings, cluster: Cluster, argv: Argv, voice: Voice): Compiled {
	const { backend, kubeVersion, config, nodeIPs, interfaceIPs } = settings;
	const { snapshot, hasErrors, before } = cluster;
	const { hostnameOverride } = config;
	const lacksNodes = cluster.facts?.lacksNodes;
	const node = nodeNameOf(snapshot, { node: argv.node, hostnameOverride, nodeIPs, lacksNodes });
	const local = findLocalNode(snapshot, { name: node, ips: nodeIPs, bindAddress: config.bindAddress });
	if (local.ips.length === 0) say(voice, "warning", `Node ${node} has no address; give --node-ip`);
	if (config.detectLocal.mode === "NodeCIDR" && !snapshot.nodes.some(({ name }) => name === node)) {
		throw new Trouble(`detectLocalMode NodeCIDR: expected the Node ${node} with spec.podCIDRs, found none`);
	}
	const families = familiesOf(argv.ipFamily, primaryFamily(local), voice);
	const settled = { node, nodeIPs, interfaceIPs, config, kubeVersion, nfacct: argv.nfacct !== false };
	const results = families.map((family) => {
		const earlier = before?.models.find((model) => model.family === family);
		return buildModel(snapshot, { ...settled, family, before: earlier });
	});
	const problems = results.flatMap((result) => result.problems);
	reportProblems(voice, problems);
	for (const { model } of results) reportLeftOut(voice, model);
	if (argv.strict === true && (hasErrors || problems.some(({ severity }) => severity === "error"))) {
		throw new Trouble("--strict: there are errors, so nothing is printed");
	}
	return { backend, kubeVersion, config, models: results.map(({ model }) => model), snapshot };
}

/**
 * Reads the objects that a compiling command is given.
 *
 * @param before what came of them the last time
 */
export async function readCluster(argv: CompileArguments, voice: Voice, before?: Cluster["before"]): Promise<Cluster> {
	const { documents, live } = await readObjects(argv, voice);
	const { snapshot: read, problems, ignored, header } = readSnapshot(documents);
	const snapshot = before === undefined ? read : keepObjects(before.snapshot, read);
	const facts = live === undefined ? savedFacts(header, documents) : liveFacts(live);
	reportProblems(voice, problems);
	reportIgnored(voice, ignored);
	if (live === undefined && facts?.config !== undefined && argv.config === undefined) {
		say(voice, "note", `kube-proxy's configuration is the ${facts.config.source} (--config)`);
	}
	if (snapshot.services.length === 0) say(voice, "warning", "there is no Service in the input");
	else if (snapshot.endpointSlices.length === 0) {
		say(
			voice,
			"warning",
			"there is no EndpointSlice in the input, so no Service has endpoints (kubectl get svc,endpointslices,nodes)",
		);
	}
	return { snapshot, facts, hasErrors: problems.some(({ severity }) => severity === "error"), before };
}

/** Objects as they were read. */
export interface Objects {
	readonly documents: readonly SourceDocument[];
	/** The cluster they are from; undefined: they are from files. */
	readonly live?: LiveCluster;
}

/** Reads the files that are given; without files, the cluster is asked. */
export async function readObjects(argv: CompileArguments, voice: Voice): Promise<Objects> {
	const option = liveOption(argv);
	if (argv.documents !== undefined) return { documents: argv.documents };
	const filename = argv.filename ?? [];
	if (filename.length > 0) {
		if (option === undefined) return { documents: await readInputs(filename, argv.recursive === true) };
		throw new Trouble(`-f reads files and ${option} a cluster: give one of them`);
	}
	const live = await readLive(argv, voice);
	return { documents: live.documents, live };
}

function familiesOf(choice: string | undefined, primary: Family, voice: Voice): readonly Family[] {
	if (choice === "dual") return ["ipv4", "ipv6"];
	if (choice === "ipv4" || choice === "ipv6") return [choice];
	const [shown, left] = primary === "ipv4" ? ["IPv4", "IPv6"] : ["IPv6", "IPv4"];
	say(
		voice,
		"note",
		`${shown} is the node's primary family; its ${left} rules are left out (--ip-family dual shows both)`,
	);
	return [primary];
}
