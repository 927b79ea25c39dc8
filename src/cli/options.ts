import type { Options } from "yargs";
import { backends } from "../backends.ts";
import { PROXY_MODES } from "../config/proxy-config.ts";

/** Option groups of the help text. */
const STATE = "State of the cluster:";
const NODE = "Node:";
const PROXY = "kube-proxy's own flags (they win over --config):";
const GENERAL = "General:";

/**
 * An option that can be given several times, one value each. Not yargs' arrays: those take every word that follows, and
 * do not take `-`.
 */
const REPEATABLE = {
	type: "string",
	requiresArg: true,
	coerce: (value: unknown): readonly string[] | undefined =>
		value === undefined ? undefined : [value].flat().map(String),
} as const;

/** Where the objects come from. */
export const stateOptions = {
	filename: {
		alias: "f",
		group: STATE,
		...REPEATABLE,
		describe: "File, directory or - (standard input) with objects as YAML or JSON; repeatable",
	},
	recursive: { alias: "R", group: STATE, type: "boolean", describe: "Read subfolders of directories too" },
	kubeconfig: { group: STATE, type: "string", requiresArg: true, hidden: true },
	context: { group: STATE, type: "string", requiresArg: true, hidden: true },
	strict: { group: STATE, type: "boolean", describe: "Print nothing and exit with 2 when an object is broken" },
} as const satisfies Record<string, Options>;

/** Whose rules. */
export const nodeOptions = {
	node: {
		group: NODE,
		type: "string",
		requiresArg: true,
		describe: "Name of the node. Default: $NODE_NAME, else the only Node there is",
	},
	"node-ip": {
		group: NODE,
		...REPEATABLE,
		describe: "The node's own address, primary first; repeatable. Default: addresses of the Node object",
	},
	interface: {
		group: NODE,
		...REPEATABLE,
		describe: "Further addresses on the node, NAME=CIDR[,CIDR]; repeatable",
	},
	"ip-family": {
		group: NODE,
		type: "string",
		choices: ["ipv4", "ipv6", "dual"],
		requiresArg: true,
		describe: "Which side to print. Default: the family of the node's first address",
	},
	"kube-version": {
		group: NODE,
		type: "string",
		requiresArg: true,
		describe: "Whose behaviour: 1.30 to 1.36. Default: 1.36",
	},
	nfacct: {
		group: NODE,
		type: "boolean",
		default: true,
		describe: "Refer to nfacct counters, as kube-proxy does from 1.31 on where the kernel has them",
	},
	config: {
		group: NODE,
		type: "string",
		requiresArg: true,
		describe: "File with a KubeProxyConfiguration",
	},
} as const satisfies Record<string, Options>;

/** A flag of kube-proxy: which field of the configuration it stands for, and how its text is read. */
export interface ProxyFlag {
	readonly path: readonly string[];
	readonly reads: "text" | "number" | "boolean" | "list" | "gates";
	readonly describe: string;
	readonly choices?: readonly string[];
}

/** kube-proxy's flags that reach the rules, under their own names. */
export const PROXY_FLAGS: Readonly<Record<string, ProxyFlag>> = {
	"proxy-mode": {
		path: ["mode"],
		reads: "text",
		describe: `How the node is programmed; built so far: ${Object.keys(backends).join(", ")}`,
		choices: PROXY_MODES,
	},
	"cluster-cidr": { path: ["clusterCIDR"], reads: "text", describe: "Networks of all pods, one of each family" },
	"masquerade-all": {
		path: ["iptables", "masqueradeAll"],
		reads: "boolean",
		describe: "Masquerade all traffic to cluster IPs",
	},
	"iptables-masquerade-bit": {
		path: ["iptables", "masqueradeBit"],
		reads: "number",
		describe: "Bit of the packet mark that asks for masquerading, 0-31",
	},
	"iptables-localhost-nodeports": {
		path: ["iptables", "localhostNodePorts"],
		reads: "boolean",
		describe: "Serve node ports on 127.0.0.1 too",
	},
	"nodeport-addresses": {
		path: ["nodePortAddresses"],
		reads: "list",
		describe: "Networks on which node ports answer, separated by commas, or primary",
	},
	"detect-local-mode": {
		path: ["detectLocalMode"],
		reads: "text",
		describe: "How traffic of the node's pods is recognised",
		choices: ["ClusterCIDR", "NodeCIDR", "BridgeInterface", "InterfaceNamePrefix"],
	},
	"pod-bridge-interface": { path: ["detectLocal", "bridgeInterface"], reads: "text", describe: "For BridgeInterface" },
	"pod-interface-name-prefix": {
		path: ["detectLocal", "interfaceNamePrefix"],
		reads: "text",
		describe: "For InterfaceNamePrefix",
	},
	"hostname-override": {
		path: ["hostnameOverride"],
		reads: "text",
		describe: "Name of the node, if --node does not say",
	},
	"bind-address": {
		path: ["bindAddress"],
		reads: "text",
		describe: "Taken as the node's address, if it is a specific one",
	},
	"conntrack-tcp-be-liberal": {
		path: ["conntrack", "tcpBeLiberal"],
		reads: "boolean",
		describe: "Packets that conntrack calls INVALID are not dropped",
	},
	"ipvs-scheduler": {
		path: ["ipvs", "scheduler"],
		reads: "text",
		describe: "How virtual servers spread connections (IPVS)",
	},
	"ipvs-strict-arp": { path: ["ipvs", "strictARP"], reads: "boolean", describe: "Answer ARP strictly (IPVS)" },
	"ipvs-exclude-cidrs": {
		path: ["ipvs", "excludeCIDRs"],
		reads: "list",
		describe: "Networks whose virtual servers are left alone, separated by commas (IPVS)",
	},
	"ipvs-tcp-timeout": {
		path: ["ipvs", "tcpTimeout"],
		reads: "text",
		describe: "Timer of idle connections, like 15m (IPVS)",
	},
	"ipvs-tcpfin-timeout": { path: ["ipvs", "tcpFinTimeout"], reads: "text", describe: "Timer after a FIN (IPVS)" },
	"ipvs-udp-timeout": { path: ["ipvs", "udpTimeout"], reads: "text", describe: "Timer of UDP (IPVS)" },
	"feature-gates": { path: ["featureGates"], reads: "gates", describe: "NAME=true|false, separated by commas" },
};

/** The same as yargs options. */
export const proxyOptions: Readonly<Record<string, Options>> = Object.fromEntries(
	Object.entries(PROXY_FLAGS).map(([name, { reads, describe, choices }]) => {
		const type = reads === "boolean" ? ("boolean" as const) : ("string" as const);
		const common = { group: PROXY, type, describe, requiresArg: type === "string" };
		return [name, choices === undefined ? common : { ...common, choices }];
	}),
);

/** What `diff` alone has. */
export const diffOnlyOptions = {
	live: {
		group: "Comparison:",
		...REPEATABLE,
		describe: "What the node has: file, directory of parts or - (standard input); repeatable. Default: this machine",
	},
	output: {
		group: "Comparison:",
		alias: "o",
		type: "string",
		choices: ["text", "rules", "json", "restore"],
		requiresArg: true,
		describe: "text (default): by Service. rules: unified. json. restore: the smallest text that turns OLD into NEW",
	},
	namespace: {
		group: "Comparison:",
		alias: "n",
		type: "string",
		requiresArg: true,
		describe: "Only Services of this namespace",
	},
	service: {
		group: "Comparison:",
		type: "string",
		requiresArg: true,
		describe: "Only this Service: NAMESPACE/NAME[:PORTNAME], NAME.NAMESPACE, or NAME with -n",
	},
	metrics: {
		group: "Comparison:",
		type: "string",
		requiresArg: true,
		describe: "Also write the result to a file for node_exporter's textfile collector",
	},
	"from-mode": {
		group: "Comparison:",
		type: "string",
		choices: PROXY_MODES,
		requiresArg: true,
		describe: "With --to-mode and -f: what changes for clients between two proxy modes",
	},
	"to-mode": {
		group: "Comparison:",
		type: "string",
		choices: PROXY_MODES,
		requiresArg: true,
		describe: "See --from-mode",
	},
} as const satisfies Record<string, Options>;

/** What `trace` alone has. */
export const traceOnlyOptions = {
	rules: {
		group: "Packet:",
		...REPEATABLE,
		describe: "Rules as iptables-save prints them, instead of -f: file or - (standard input); repeatable",
	},
	from: {
		group: "Packet:",
		type: "string",
		requiresArg: true,
		describe: "Who sends it: IP, NAMESPACE/POD, node, or external",
	},
	to: {
		group: "Packet:",
		type: "string",
		requiresArg: true,
		describe: "IP:PORT[/PROTO], [IPv6]:PORT[/PROTO], node:PORT, or SERVICE.NAMESPACE:PORT with a number or name",
	},
	"in-interface": {
		group: "Packet:",
		type: "string",
		requiresArg: true,
		describe: "Where it arrives. Without it, packets from the node's own addresses are sent by the node",
	},
	affinity: {
		group: "Packet:",
		type: "string",
		requiresArg: true,
		describe: "The endpoint (IP:PORT) to which the client was sent before",
	},
	output: {
		group: "Packet:",
		alias: "o",
		type: "string",
		choices: ["text", "json"],
		requiresArg: true,
		describe: "text (default) or json",
	},
} as const satisfies Record<string, Options>;

/** What every command has. */
export const generalOptions = {
	quiet: { alias: "q", group: GENERAL, type: "boolean", describe: "Errors only on standard error" },
	verbose: { alias: "v", group: GENERAL, type: "boolean", describe: "More notes on standard error" },
	color: {
		group: GENERAL,
		type: "boolean",
		default: true,
		describe: "Colours on a terminal; NO_COLOR switches them off too",
	},
} as const satisfies Record<string, Options>;

const ALL: Readonly<Record<string, Options>> = {
	...stateOptions,
	...nodeOptions,
	...proxyOptions,
	...generalOptions,
	live: diffOnlyOptions.live,
	rules: traceOnlyOptions.rules,
};

/** Names of options that can be given several times, in yargs' two spellings. */
export const REPEATABLE_OPTIONS: readonly string[] = Object.entries(ALL)
	.filter(([name, { coerce }]) => coerce !== undefined || PROXY_FLAGS[name]?.reads === "list")
	.flatMap(([name]) => [name, name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())])
	.concat("_", "operands");

/** Names of options that are true or false. */
export const BOOLEAN_OPTIONS: readonly string[] = Object.entries(ALL)
	.filter(([, { type }]) => type === "boolean")
	.map(([name]) => name);

/** Whether a word is an option whose value is the next word: `-f`, `--node`. */
export function takesValue(word: string): boolean {
	const given: Readonly<Record<string, Options>> = { ...ALL, ...diffOnlyOptions, ...traceOnlyOptions };
	return Object.entries(given).some(
		([name, { type, alias }]) => type === "string" && [`--${name}`, `-${alias}`].includes(word),
	);
}
