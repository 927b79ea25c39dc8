import { backendOf, backends, type WithBackend } from "../backends.ts";
import { DEFAULT_KUBE_VERSION, KUBE_VERSIONS, type KubeVersion, parseKubeVersion } from "../config/kube-version.ts";
import type { ProxyConfig } from "../config/proxy-config.ts";
import { readProxyConfig } from "../config/read-proxy-config.ts";
import { buildModel } from "../model/build-model.ts";
import { findLocalNode, primaryFamily } from "../model/local-node.ts";
import type { Model } from "../model/model.ts";
import type { Family, IP } from "../net/ip.ts";
import { readSnapshot, type SourceDocument } from "../snapshot/read-snapshot.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { readInputs, readText } from "./input.ts";
import { nodeNameOf, readInterfaceIPs, readNodeIPs } from "./node-arguments.ts";
import { parseDocuments } from "./parse-documents.ts";
import { inWordsOfFlags, overlayFlags } from "./proxy-flags.ts";
import { reportIgnored, reportLeftOut, reportProblems, shortList } from "./report.ts";
import { say, type Voice } from "./terminal.ts";
import { Trouble } from "./trouble.ts";

/** Options of every command that compiles, as yargs gives them. */
export interface CompileArguments {
	readonly filename?: readonly string[] | undefined;
	readonly recursive?: boolean | undefined;
	readonly kubeconfig?: string | undefined;
	readonly context?: string | undefined;
	readonly strict?: boolean | undefined;
	readonly node?: string | undefined;
	readonly nodeIp?: readonly string[] | undefined;
	readonly interface?: readonly string[] | undefined;
	readonly ipFamily?: string | undefined;
	readonly kubeVersion?: string | undefined;
	readonly nfacct?: boolean | undefined;
	readonly config?: string | undefined;
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
	/** Objects or fields had to be left out. */
	readonly hasErrors: boolean;
}

type Argv = CompileArguments & Readonly<Record<string, unknown>>;

/** Reads everything a compiling command is given and builds its models. Problems go to standard error. */
export async function compile(argv: Argv, voice: Voice): Promise<Compiled> {
	const settings = readSettings(argv, voice);
	return buildModels(settings, await readCluster(argv, voice), argv, voice);
}

/** The same for objects that were read already: for another node, another mode. */
export function compileAgain(cluster: Cluster, argv: Argv, voice: Voice): Compiled {
	return buildModels(readSettings(argv, voice), cluster, argv, voice);
}

interface Settings {
	readonly kubeVersion: KubeVersion;
	readonly config: ProxyConfig;
	readonly backend: WithBackend;
	readonly nodeIPs: readonly IP[];
	readonly interfaceIPs: readonly IP[];
}

function readSettings(argv: Argv, voice: Voice): Settings {
	const kubeVersion = readKubeVersion(argv.kubeVersion);
	const config = readConfig(argv, kubeVersion, voice);
	const nodeIPs = readNodeIPs(argv.nodeIp ?? []);
	const interfaceIPs = readInterfaceIPs(argv.interface ?? []);
	return { kubeVersion, config, backend: backendFor(config), nodeIPs, interfaceIPs };
}

function buildModels(settings: Settings, cluster: Cluster, argv: Argv, voice: Voice): Compiled {
	const { backend, kubeVersion, config, nodeIPs, interfaceIPs } = settings;
	const { snapshot, hasErrors } = cluster;
	const node = nodeNameOf(snapshot, { node: argv.node, hostnameOverride: config.hostnameOverride, nodeIPs });
	const local = findLocalNode(snapshot, { name: node, ips: nodeIPs, bindAddress: config.bindAddress });
	if (local.ips.length === 0) say(voice, "warning", `Node ${node} has no address; give --node-ip`);
	if (config.detectLocal.mode === "NodeCIDR" && !snapshot.nodes.some(({ name }) => name === node)) {
		throw new Trouble(`detectLocalMode NodeCIDR: expected the Node ${node} with spec.podCIDRs, found none`);
	}
	const families = familiesOf(argv.ipFamily, primaryFamily(local), voice);
	const results = families.map((family) =>
		buildModel(snapshot, { node, nodeIPs, interfaceIPs, family, config, kubeVersion, nfacct: argv.nfacct !== false }),
	);
	const problems = results.flatMap((result) => result.problems);
	reportProblems(voice, problems);
	for (const { model } of results) reportLeftOut(voice, model);
	if (argv.strict === true && (hasErrors || problems.some(({ severity }) => severity === "error"))) {
		throw new Trouble("--strict: there are errors, so nothing is printed");
	}
	return { backend, kubeVersion, config, models: results.map(({ model }) => model), snapshot };
}

function readKubeVersion(text: string | undefined): KubeVersion {
	if (text === undefined) return DEFAULT_KUBE_VERSION;
	const version = parseKubeVersion(text);
	if (version !== undefined) return version;
	const range = `${KUBE_VERSIONS[0]} to ${DEFAULT_KUBE_VERSION}`;
	throw new Trouble(`--kube-version: expected ${range} (v1.36 and 1.36.3 mean 1.36), got ${JSON.stringify(text)}`);
}

function readConfig(argv: Argv, kubeVersion: KubeVersion, voice: Voice): ProxyConfig {
	const file = argv.config;
	const documents = file === undefined ? [] : parseDocuments(readText(file), file);
	if (documents.length > 1) throw new Trouble(`${file}: expected one document, found ${documents.length}`);
	const overlaid = overlayFlags(documents[0]?.value, argv);
	const options = file === undefined ? { kubeVersion } : { kubeVersion, source: file };
	const result = readProxyConfig(overlaid.value, options);
	reportProblems(
		voice,
		result.problems.map((problem) => inWordsOfFlags(problem, overlaid)),
	);
	if (result.unknownKeys.length > 0) {
		say(voice, "note", `${file}: keys kube-proxy does not have are ignored: ${shortList(result.unknownKeys)}`);
	}
	if (result.config === undefined) throw new Trouble("kube-proxy would program nothing with this configuration");
	return result.config;
}

function backendFor({ mode }: ProxyConfig): WithBackend {
	const backend = backendOf(mode);
	if (backend === undefined)
		throw new Trouble(`proxy mode ${mode} is not there yet; there are: ${Object.keys(backends).join(", ")}`);
	return backend;
}

/** Reads the objects that a compiling command is given. */
export async function readCluster(argv: CompileArguments, voice: Voice): Promise<Cluster> {
	const isLive = argv.documents === undefined && (argv.kubeconfig !== undefined || argv.context !== undefined);
	const filename = argv.filename ?? [];
	if ((argv.documents === undefined && filename.length === 0) || isLive) {
		throw new Trouble("give -f; reading a live cluster comes with a later version");
	}
	const documents = argv.documents ?? (await readInputs(filename, argv.recursive === true));
	const { snapshot, problems, ignored } = readSnapshot(documents);
	reportProblems(voice, problems);
	reportIgnored(voice, ignored);
	if (snapshot.services.length === 0) say(voice, "warning", "there is no Service in the input");
	else if (snapshot.endpointSlices.length === 0) {
		say(
			voice,
			"warning",
			"there is no EndpointSlice in the input, so no Service has endpoints (kubectl get svc,endpointslices,nodes)",
		);
	}
	return { snapshot, hasErrors: problems.some(({ severity }) => severity === "error") };
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
