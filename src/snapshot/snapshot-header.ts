/** What a file that `svcnat snapshot` wrote says of itself. Everything but `source` is as somebody wrote it down. */
export interface SnapshotHeader {
	/** When the cluster was read, in UTC: `2026-11-21T18:30:00Z`. Undefined: made from files, or anonymized. */
	readonly takenAt: string | undefined;
	/** URL of the API server. */
	readonly server: string | undefined;
	/** Of the kubeconfig. */
	readonly context: string | undefined;
	/** The API server's version: `v1.34.2`. */
	readonly serverVersion: string | undefined;
	/** The version of svcnat that wrote the file. */
	readonly svcnatVersion: string | undefined;
	/** By resource (`services`): as of which version of the cluster's data its list is. */
	readonly resourceVersions: Readonly<Record<string, string>>;
	/** Names and addresses stand for others. */
	readonly isAnonymized: boolean;
	/** The KubeProxyConfiguration of the nodes as parsed, unchecked; undefined: none. */
	readonly proxyConfig: unknown;
	/** Where it was read, for messages. */
	readonly source: string;
}
