import type { Options } from "yargs";
import { PROXY_MODES } from "../../config/proxy-config.ts";

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
	"proxy-mode": {
		group: "Loading:",
		type: "string",
		choices: PROXY_MODES,
		requiresArg: true,
		describe: "Rules of this mode only. Default: nftables where there is nothing of the others, else both others",
	},
	all: {
		group: "Loading:",
		type: "boolean",
		describe: "The rules of every mode, that in use too, and what versions and the other iptables left",
	},
} as const satisfies Record<string, Options>;
