import type { ClusterOptions, ConfigMapKey, LiveCluster } from "../../cluster/live-cluster.ts";
import { Trouble } from "../../trouble.ts";
import { readDuration } from "../apply/every.ts";
import { say, type Voice } from "../output/terminal.ts";
import { listProgress } from "./list-progress.ts";
import { newProgress } from "./progress.ts";

/** Options of every command that reads a live cluster, as yargs gives them. */
export interface LiveArguments {
	readonly kubeconfig?: string | undefined;
	readonly context?: string | undefined;
	readonly as?: string | undefined;
	readonly asGroup?: readonly string[] | undefined;
	readonly requestTimeout?: string | undefined;
	readonly insecureSkipTlsVerify?: boolean | undefined;
	readonly kubeProxyConfigmap?: string | undefined;
	/** `namespace` narrows what is read, not only what is shown, and `selector` what is read instead of what is shown. */
	readonly only?: boolean | undefined;
	readonly namespace?: string | undefined;
	readonly selector?: string | undefined;
	/** Keep `metadata.managedFields`; no option of its own. */
	readonly keepManagedFields?: boolean | undefined;
	/** Ends the reading, which then throws its reason; no option of its own. */
	readonly stopping?: AbortSignal | undefined;
	/** A file with kube-proxy's configuration: the cluster's is not asked for. */
	readonly config?: string | undefined;
}

/** Which options say something of a live cluster, by their name there. */
const LIVE_ONLY = {
	kubeconfig: "--kubeconfig",
	context: "--context",
	as: "--as",
	asGroup: "--as-group",
	requestTimeout: "--request-timeout",
	insecureSkipTlsVerify: "--insecure-skip-tls-verify",
	kubeProxyConfigmap: "--kube-proxy-configmap",
	only: "--only",
} as const satisfies Partial<Record<keyof LiveArguments, string>>;

/** The first option that goes with a live cluster only. */
export function liveOption(argv: LiveArguments): string | undefined {
	const keys = Object.keys(LIVE_ONLY) as (keyof typeof LIVE_ONLY)[];
	const given = keys.find((key) => argv[key] !== undefined && argv[key] !== false);
	return given === undefined ? undefined : LIVE_ONLY[given];
}

/**
 * Reads the cluster that the options, or else kubectl's files, name. What it has to say goes to standard error, with the
 * progress while a terminal is there.
 */
export async function readLive(argv: LiveArguments, voice: Voice): Promise<LiveCluster> {
	const progress = newProgress(voice);
	const options = { ...clusterOptions(argv), onProgress: listProgress(progress) };
	// Loaded only here: it takes longer than everything else.
	const { readLiveCluster } = await import("../../cluster/read-live-cluster.ts");
	const onWarning = (text: string): void => say(voice, "warning", text);
	try {
		const live = await readLiveCluster({ ...options, onWarning });
		progress.end();
		for (const note of live.notes) say(voice, "note", note);
		return live;
	} finally {
		progress.end();
	}
}

/** Options for `readLiveCluster`, checked. */
export function clusterOptions(argv: LiveArguments): ClusterOptions {
	const { namespace, selector, only } = argv;
	if (only === true && namespace === undefined && selector === undefined) {
		throw new Trouble("--only narrows what is read to -n NAMESPACE or -l SELECTOR: give one of them");
	}
	return {
		kubeconfig: argv.kubeconfig,
		context: argv.context,
		as: argv.as,
		asGroups: argv.asGroup,
		requestTimeoutSeconds: readTimeout(argv.requestTimeout),
		insecureSkipTlsVerify: argv.insecureSkipTlsVerify,
		namespace: only === true ? namespace : undefined,
		selector: only === true ? selector : undefined,
		keepManagedFields: argv.keepManagedFields,
		signal: argv.stopping,
		kubeProxyConfigMap: readConfigMapKey(argv),
	};
}

/** As kubectl's: `30s`, `1m`, or a number of seconds; 0: for ever. */
function readTimeout(text: string | undefined): number | undefined {
	return text === undefined ? undefined : readDuration("--request-timeout", text, 0) / 1000;
}

function readConfigMapKey({ kubeProxyConfigmap: text, config }: LiveArguments): ConfigMapKey | false | undefined {
	if (text === undefined) return config === undefined ? undefined : false;
	if (config !== undefined) throw new Trouble("give --config or --kube-proxy-configmap, not both");
	const [, namespace, name, key] = /^([a-z0-9.-]+)\/([a-z0-9.-]+)(?::([\w.-]+))?$/.exec(text) ?? [];
	if (namespace !== undefined && name !== undefined) return { namespace, name, key };
	throw new Trouble(
		`--kube-proxy-configmap: expected NAMESPACE/NAME or NAMESPACE/NAME:KEY, got ${JSON.stringify(text)}`,
	);
}
