import type { Options } from "yargs";
import { PROXY_MODES } from "../config/proxy-config.ts";
import { REPEATABLE } from "./repeatable.ts";

/** What `dump` alone has. */
export const dumpOnlyOptions = {
	output: {
		group: "Output:",
		alias: "o",
		type: "string",
		choices: ["restore", "save", "json", "yaml"],
		requiresArg: true,
		describe: "restore (default): what is loaded. save: what the tools print afterwards. json, yaml: rules as data",
	},
	"output-dir": {
		group: "Output:",
		type: "string",
		requiresArg: true,
		describe: "Write every text of the mode to a file here",
	},
	namespace: {
		group: "Output:",
		alias: "n",
		type: "string",
		requiresArg: true,
		describe: "Show only this namespace (json, yaml)",
	},
} as const satisfies Record<string, Options>;

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
		describe:
			"What iptables-save (ipset save, ipvsadm -Sn) prints: file, directory of parts or -; repeatable. -f then lends names",
	},
	from: {
		group: "Packet:",
		type: "string",
		requiresArg: true,
		describe: "Who sends it: IP, NAMESPACE/POD, node, external, or all-nodes (each node itself)",
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
		choices: ["text", "json", "mermaid", "dot"],
		requiresArg: true,
		describe: "text (default), json, or a diagram for Mermaid or Graphviz",
	},
	namespace: {
		group: "Packet:",
		alias: "n",
		type: "string",
		requiresArg: true,
		describe: "With --only: the namespace that is read",
	},
	seed: {
		group: "Packet:",
		type: "string",
		requiresArg: true,
		describe: "Follow one path only, chosen by this number",
	},
	compare: {
		group: "Packet:",
		type: "string",
		requiresArg: true,
		describe: "Modes, separated by commas (iptables,ipvs): where they part for this packet",
	},
} as const satisfies Record<string, Options>;

/** What `explain` alone has. */
export const explainOnlyOptions = {
	namespace: {
		group: "Explanation:",
		alias: "n",
		type: "string",
		requiresArg: true,
		describe: "The Service's namespace; for the rest, only Services of this namespace",
	},
	"cluster-domain": {
		group: "Explanation:",
		type: "string",
		requiresArg: true,
		describe: "The cluster's DNS domain; default cluster.local",
	},
	compare: {
		group: "Explanation:",
		type: "string",
		requiresArg: true,
		describe: "Two modes (iptables,ipvs): what changes for clients of a Service, or with node of all Services",
	},
	output: {
		group: "Explanation:",
		alias: "o",
		type: "string",
		choices: ["text", "json"],
		requiresArg: true,
		describe: "text (default) or json",
	},
} as const satisfies Record<string, Options>;

/** What the commands have that change this machine. */
export const touchOptions = {
	"dry-run": { group: "Loading:", type: "boolean", describe: "Print the commands with their input; change nothing" },
	force: {
		group: "Loading:",
		type: "boolean",
		describe:
			"Go on although this machine seems another one, somebody else programs Services, or all Services are lost",
	},
	iptables: {
		group: "Loading:",
		type: "string",
		choices: ["legacy", "nft"],
		requiresArg: true,
		describe: "Which of the two programs called iptables. Default: where the kubelet's or kube-proxy's chains are",
	},
	"lock-timeout": {
		group: "Loading:",
		type: "string",
		requiresArg: true,
		describe: "How long to wait for another svcnat that is changing rules here (30s; 0: not at all). Default: 60s",
	},
	"command-timeout": {
		group: "Loading:",
		type: "string",
		requiresArg: true,
		describe: "Kill a program that runs for longer. Default: 10m",
	},
	settings: {
		group: "Loading:",
		type: "boolean",
		default: true,
		describe: "Write the kernel settings that kube-proxy writes (sysctl), or put them back",
	},
	"state-dir": {
		group: "Loading:",
		type: "string",
		requiresArg: true,
		describe: "Where settings are remembered for cleanup, and runs exclude one another. Default: /run/svcnat",
	},
} as const satisfies Record<string, Options>;

/** What `apply` alone has. */
export const applyOnlyOptions = {
	full: { group: "Loading:", type: "boolean", describe: "Write every chain anew, whatever it holds" },
	conntrack: {
		group: "Loading:",
		type: "boolean",
		default: true,
		describe: "Make conntrack forget UDP connections that lead nowhere",
	},
	"drain-timeout": {
		group: "Loading:",
		type: "string",
		requiresArg: true,
		describe: "IPVS: how long an endpoint that goes keeps its TCP connections, without new ones. Default: 15m",
	},
	"confirm-timeout": {
		group: "Loading:",
		type: "string",
		requiresArg: true,
		describe: "Ask, and put the rules from before back unless somebody says yes in this time (30s)",
	},
	every: {
		group: "Loading:",
		type: "string",
		requiresArg: true,
		describe: "Go on until SIGTERM: read everything again after this time (30s, 20ms) and load what changed",
	},
	metrics: {
		group: "Loading:",
		type: "string",
		requiresArg: true,
		describe: "With --every: write how the last run went, for node_exporter's textfile collector",
	},
	healthz: {
		group: "Loading:",
		type: "string",
		requiresArg: true,
		describe: "With --every: answer /healthz at ADDRESS:PORT",
	},
} as const satisfies Record<string, Options>;

/** What `cleanup` alone has. */
export const cleanupOnlyOptions = {
	all: {
		group: "Loading:",
		type: "boolean",
		describe: "What other modes, versions and the other iptables left behind, too",
	},
} as const satisfies Record<string, Options>;
