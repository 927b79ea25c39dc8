import type { Options } from "yargs";
import { PROXY_MODES } from "../../config/proxy-config.ts";
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
	"all-nodes": {
		group: "Output:",
		type: "boolean",
		describe: "With --output-dir: a folder for each Node of the snapshot",
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
