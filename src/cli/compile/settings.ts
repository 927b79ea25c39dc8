import { backends, type WithBackend } from "../../backends.ts";
import { DEFAULT_KUBE_VERSION, KUBE_VERSIONS, type KubeVersion, parseKubeVersion } from "../../config/kube-version.ts";
import type { ProxyConfig } from "../../config/proxy-config.ts";
import { readProxyConfig } from "../../config/read-proxy-config.ts";
import { isFields } from "../../fields/fields.ts";
import type { IP } from "../../net/ip.ts";
import { Trouble } from "../../trouble.ts";
import { readInterfaceIPs, readNodeIPs } from "../arguments/node-arguments.ts";
import { type ProxyFacts, versionFrom } from "../live/proxy-facts.ts";
import { inWordsOfFlags, overlayFlags } from "../options/proxy-flags.ts";
import { reportProblems, shortList } from "../output/report.ts";
import { say, type Voice } from "../output/terminal.ts";
import { checkReadable, readText } from "./input.ts";
import { parseDocuments } from "./parse-documents.ts";

/** Options that say how a node is set up, as yargs gives them. */
export interface SettingsArguments {
	readonly node?: string | undefined;
	readonly nodeIp?: readonly string[] | undefined;
	readonly interface?: readonly string[] | undefined;
	readonly kubeVersion?: string | undefined;
	readonly config?: string | undefined;
}

/** With kube-proxy's own flags. */
type Argv = SettingsArguments & Readonly<Record<string, unknown>>;

/** How a node is set up: what the objects of a cluster do not say. */
export interface Settings {
	readonly kubeVersion: KubeVersion;
	readonly config: ProxyConfig;
	readonly backend: WithBackend;
	readonly nodeIPs: readonly IP[];
	readonly interfaceIPs: readonly IP[];
}

/** Reads the options that say how a node is set up. What they leave open is filled in with the facts, if there are any. */
export function readSettings(argv: Argv, facts: ProxyFacts | undefined, voice: Voice): Settings {
	return settingsReader(argv, facts)(argv.node, voice);
}

/** The same for several nodes, which may run several versions; the file with the configuration is read once. */
export function settingsReader(
	argv: Argv,
	facts: ProxyFacts | undefined,
): (node: string | undefined, voice: Voice) => Settings {
	const file = readConfigFile(argv.config) ?? facts?.config;
	const addresses = readAddresses(argv);
	return (node, voice) => {
		const kubeVersion = readKubeVersion({ ...argv, node }, file?.value, facts, voice);
		const config = readConfig(argv, file, kubeVersion, voice);
		return { kubeVersion, config, backend: backends[config.mode], ...addresses };
	};
}

/** Finds mistakes in the options before a cluster is read, which may take minutes. */
export function checkSettings(argv: Argv): void {
	givenVersion(argv.kubeVersion);
	readAddresses(argv);
	overlayFlags({}, argv);
	if (argv.config !== undefined) checkReadable(argv.config);
}

function readAddresses({ nodeIp, interface: interfaces }: Argv): Pick<Settings, "nodeIPs" | "interfaceIPs"> {
	return { nodeIPs: readNodeIPs(nodeIp ?? []), interfaceIPs: readInterfaceIPs(interfaces ?? []) };
}

function readKubeVersion(argv: Argv, config: unknown, facts: ProxyFacts | undefined, voice: Voice): KubeVersion {
	const given = givenVersion(argv.kubeVersion);
	if (given !== undefined) return given;
	if (facts === undefined) return DEFAULT_KUBE_VERSION;
	const override = argv["hostname-override"] ?? (isFields(config) ? config["hostnameOverride"] : undefined);
	const name = typeof override === "string" ? override : undefined;
	return versionFrom(facts, [argv.node, name, process.env["NODE_NAME"]], voice);
}

function givenVersion(text: string | undefined): KubeVersion | undefined {
	const version = text === undefined ? undefined : parseKubeVersion(text);
	if (text === undefined || version !== undefined) return version;
	const range = `${KUBE_VERSIONS[0]} to ${DEFAULT_KUBE_VERSION}`;
	throw new Trouble(`--kube-version: expected ${range} (v1.36 and 1.36.3 mean 1.36), got ${JSON.stringify(text)}`);
}

/** Reads the one document of `--config`; undefined without the option. */
export function readConfigFile(file: string | undefined): ProxyFacts["config"] {
	if (file === undefined) return undefined;
	const documents = parseDocuments(readText(file), file);
	if (documents.length > 1) throw new Trouble(`${file}: expected one document, found ${documents.length}`);
	return { value: documents[0]?.value, source: file };
}

function readConfig(argv: Argv, file: ProxyFacts["config"], kubeVersion: KubeVersion, voice: Voice): ProxyConfig {
	const overlaid = overlayFlags(file?.value, argv);
	const options = file === undefined ? { kubeVersion } : { kubeVersion, source: file.source };
	const result = readProxyConfig(overlaid.value, options);
	reportProblems(
		voice,
		result.problems.map((problem) => inWordsOfFlags(problem, overlaid)),
	);
	if (result.unknownKeys.length > 0) {
		const keys = shortList(result.unknownKeys);
		say(voice, "note", `${file?.source}: keys kube-proxy does not have are ignored: ${keys}`);
	}
	if (result.config === undefined) throw new Trouble("kube-proxy would program nothing with this configuration");
	return result.config;
}
