import type { Options } from "yargs";
import { PROXY_MODES } from "../../config/proxy-config.ts";
import { liveOptions } from "./live-options.ts";
import { REPEATABLE } from "./repeatable.ts";

/** Option groups of the help text. */
const STATE = "State of the cluster:";
const NODE = "Node:";
const PROXY = "kube-proxy's own flags (they win over --config):";
const GENERAL = "General:";

/** Where the objects come from. */
export const stateOptions = {
	filename: {
		alias: "f",
		group: STATE,
		...REPEATABLE,
		describe: "File, directory or - (standard input) with objects as YAML or JSON; repeatable. Default: the cluster",
	},
	recursive: { alias: "R", group: STATE, type: "boolean", describe: "Read subfolders of directories too" },
	...liveOptions,
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
		describe: "Whose behaviour: 1.30 to 1.36. Default: of a cluster the node's, else 1.36",
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
		describe: "File with a KubeProxyConfiguration. Default: of a cluster its ConfigMap",
	},
} as const satisfies Record<string, Options>;

/** A flag of kube-proxy: which field of the configuration it stands for, and how its text is read. */
export interface ProxyFlag {
	readonly path: readonly string[];
	/** A second field that it stands for, of another mode. */
	readonly alsoPath?: readonly string[];
	readonly reads: "text" | "number" | "boolean" | "list" | "gates";
	readonly describe: string;
	readonly choices?: readonly string[];
}

/** kube-proxy's flags that reach the rules, under their own names. */
export const PROXY_FLAGS: Readonly<Record<string, ProxyFlag>> = {
	"proxy-mode": {
		path: ["mode"],
		reads: "text",
		describe: "How the node is programmed. Default: iptables",
		choices: PROXY_MODES,
	},
	"cluster-cidr": { path: ["clusterCIDR"], reads: "text", describe: "Networks of all pods, one of each family" },
	"masquerade-all": {
		path: ["iptables", "masqueradeAll"],
		alsoPath: ["nftables", "masqueradeAll"],
		reads: "boolean",
		describe: "Masquerade all traffic to cluster IPs",
	},
	"iptables-masquerade-bit": {
		path: ["iptables", "masqueradeBit"],
		reads: "number",
		describe:
			"Bit of the packet mark that asks for masquerading, 0-31 (nftables mode: --config, nftables.masqueradeBit)",
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
