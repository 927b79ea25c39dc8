import type { LiveCluster } from "../../cluster/live-cluster.ts";
import { DEFAULT_KUBE_VERSION, KUBE_VERSIONS, type KubeVersion, parseKubeVersion } from "../../config/kube-version.ts";
import { isFields } from "../../fields/fields.ts";
import { flattenLists } from "../../snapshot/list-items.ts";
import type { SourceDocument } from "../../snapshot/read-snapshot.ts";
import type { SnapshotHeader } from "../../snapshot/snapshot-header.ts";
import { say, type Voice } from "../output/terminal.ts";

/** What is known of a cluster's kube-proxies. */
export interface ProxyFacts {
	/** KubeProxyConfiguration as parsed; undefined: not known. */
	readonly config: LiveCluster["proxyConfig"];
	/** By name of the Node: kube-proxy's version as the Node says it, or the kubelet's. */
	readonly nodeVersions: ReadonlyMap<string, string>;
	/** The API server's. */
	readonly serverVersion: string | undefined;
	/** Nodes could not be read. */
	readonly lacksNodes?: boolean | undefined;
}

/** The facts that came with a cluster. */
export function liveFacts({ documents, proxyConfig, serverVersion, resourceVersions }: LiveCluster): ProxyFacts {
	const lacksNodes = resourceVersions["nodes"] === undefined;
	return { config: proxyConfig, nodeVersions: versionsIn(documents), serverVersion, lacksNodes };
}

/**
 * The facts in a file that `svcnat snapshot` wrote of a cluster; undefined when there are none. Without a version of the API
 * server it was written of files, whose Nodes say nothing of versions either.
 */
export function savedFacts(
	header: SnapshotHeader | undefined,
	documents: readonly SourceDocument[],
): ProxyFacts | undefined {
	const { proxyConfig: value, source = "", serverVersion } = header ?? {};
	if (value === undefined && serverVersion === undefined) return undefined;
	const config = value === undefined ? undefined : { value, source: `proxyConfig of ${source}` };
	return { config, nodeVersions: serverVersion === undefined ? new Map() : versionsIn(documents), serverVersion };
}

function versionsIn(documents: readonly SourceDocument[]): ReadonlyMap<string, string> {
	const versions = new Map<string, string>();
	for (const { value, source } of documents) {
		for (const item of flattenLists(value, source ?? "")) {
			const { metadata, status, kind = item.listed?.kind } = isFields(item.value) ? item.value : {};
			const name = isFields(metadata) ? metadata["name"] : undefined;
			const info = isFields(status) ? status["nodeInfo"] : undefined;
			if (kind !== "Node" || typeof name !== "string" || !isFields(info)) continue;
			// Servers from 1.33 on leave kube-proxy's out: it was the kubelet's all the time.
			const version = info["kubeProxyVersion"] || info["kubeletVersion"];
			if (typeof version === "string") versions.set(name, version);
		}
	}
	return versions;
}

/**
 * Which version a node's kube-proxy has, and says so: the node's, else the API server's, else the newest.
 *
 * @param nodes names that the node may have, the first that is given counts
 */
export function versionFrom(
	{ nodeVersions, serverVersion }: ProxyFacts,
	nodes: readonly (string | undefined)[],
	voice: Voice,
): KubeVersion {
	const given = nodes.find((name) => name !== undefined && name.trim() !== "");
	const name = given?.trim().toLowerCase() ?? (nodeVersions.size === 1 ? [...nodeVersions.keys()][0] : undefined);
	const ofNode = name === undefined ? undefined : nodeVersions.get(name);
	const text = ofNode ?? serverVersion;
	const found = text === undefined ? undefined : nearestVersion(text);
	if (found === undefined) {
		say(voice, "note", `the version of kube-proxy is not known; ${DEFAULT_KUBE_VERSION} is assumed (--kube-version)`);
		return DEFAULT_KUBE_VERSION;
	}
	const whose = ofNode === undefined ? "the API server" : `Node ${name}`;
	const level = found.isKnown ? "note" : "warning";
	const why = found.isKnown ? "" : `, the nearest that svcnat knows`;
	say(voice, level, `kube-proxy is taken for ${found.version}${why}: ${whose} has ${text} (--kube-version)`);
	return found.version;
}

/** `v1.34.2-gke.100` is 1.34; what is older or newer than all known is the oldest or newest. */
function nearestVersion(text: string): { readonly version: KubeVersion; readonly isKnown: boolean } | undefined {
	const [, major, minor] = /^v?(\d{1,3})\.(\d{1,3})/.exec(text) ?? [];
	if (major === undefined || minor === undefined) return undefined;
	const version = parseKubeVersion(`${major}.${minor}`);
	if (version !== undefined) return { version, isKnown: true };
	const [oldest] = KUBE_VERSIONS;
	const isOlder = Number(major) < 1 || (Number(major) === 1 && Number(minor) < Number(oldest.slice(2)));
	return { version: isOlder ? oldest : DEFAULT_KUBE_VERSION, isKnown: false };
}
