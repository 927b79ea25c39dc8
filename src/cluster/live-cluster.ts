import type { SourceDocument } from "../snapshot/read-snapshot.ts";

/** What was read from a cluster, each list as it was at one resourceVersion. */
export interface LiveCluster {
	/** One `List` a resource whose items have apiVersion and kind; source: `services of context kind-a`. */
	readonly documents: readonly SourceDocument[];
	/** KubeProxyConfiguration as parsed, and where it came from; undefined: there is none, or it may not be read. */
	readonly proxyConfig: { readonly value: unknown; readonly source: string } | undefined;
	/** URL of the API server, without a user name or password. */
	readonly server: string;
	/** Undefined inside a cluster, where there is no kubeconfig. */
	readonly context: string | undefined;
	/** `gitVersion` of `GET /version`, like `v1.34.2`; undefined when the server does not say. */
	readonly serverVersion: string | undefined;
	/** By resource (`services`, `endpointslices`, `nodes`, `servicecidrs`); without those that were not read. */
	readonly resourceVersions: Readonly<Record<string, string>>;
	/** What was assumed or left out, a sentence each. */
	readonly notes: readonly string[];
}

/** Which cluster to read, as whom, and how much of it. */
export interface ClusterOptions {
	/** A file; undefined: $KUBECONFIG, ~/.kube/config, then the service account of the pod. */
	readonly kubeconfig?: string | undefined;
	/** Undefined: the current one of the kubeconfig. */
	readonly context?: string | undefined;
	/** The user to impersonate. */
	readonly as?: string | undefined;
	readonly asGroups?: readonly string[] | undefined;
	/** How long one request may take; 0: for ever. Undefined: 600, and 60 without a byte. */
	readonly requestTimeoutSeconds?: number | undefined;
	readonly insecureSkipTlsVerify?: boolean | undefined;
	/** Services and EndpointSlices of one namespace only; undefined: of all. */
	readonly namespace?: string | undefined;
	/** Services with these labels only, as kubectl's `-l`; undefined: all. */
	readonly selector?: string | undefined;
	/** Where kube-proxy's configuration is; `false`: it is not asked for. */
	readonly kubeProxyConfigMap?: ConfigMapKey | false | undefined;
	/** Keep `metadata.managedFields`, half of the size of most objects; undefined: they are dropped as pages arrive. */
	readonly keepManagedFields?: boolean | undefined;
	/** Items a page, from 1; undefined: 500. */
	readonly pageSize?: number | undefined;
	/** How long a plugin may take that is asked for credentials; undefined: 300. */
	readonly pluginTimeoutSeconds?: number | undefined;
	/** Ends the reading, which then throws its reason. */
	readonly signal?: AbortSignal | undefined;
	/** Called before anything is sent with what the user should mind, a sentence. */
	readonly onWarning?: ((text: string) => void) | undefined;
	/** Called after each page of a list. `remaining` is the server's estimate. */
	readonly onProgress?: ((resource: string, itemsRead: number, remaining: number | undefined) => void) | undefined;
}

/** A key of a ConfigMap. */
export interface ConfigMapKey {
	readonly namespace: string;
	readonly name: string;
	/** Undefined: `config.conf`. */
	readonly key: string | undefined;
}

/** Where kubeadm and its kin keep kube-proxy's configuration. */
export const KUBE_PROXY_CONFIG_MAP: ConfigMapKey = {
	namespace: "kube-system",
	name: "kube-proxy",
	key: undefined,
};
