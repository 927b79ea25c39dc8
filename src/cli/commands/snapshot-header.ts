import type { LiveCluster } from "../../cluster/live-cluster.ts";
import type { HeaderFields } from "../../save/header.ts";
import type { SnapshotHeader } from "../../snapshot/snapshot-header.ts";
import { Trouble } from "../../trouble.ts";
import type { CompileArguments } from "../compile/compile.ts";
import { readConfigFile } from "../compile/settings.ts";
import { overlayFlags } from "../options/proxy-flags.ts";
import { version } from "../version.ts";

/** Where the objects of a snapshot come from. */
export interface Origin {
	/** Undefined: from files. */
	readonly live: LiveCluster | undefined;
	/** The header in the files, if they have one. */
	readonly earlier: SnapshotHeader | undefined;
	/** As it was asked for; empty: it is to be left out. */
	readonly takenAt: string | undefined;
}

/** What the header of a snapshot says: of the cluster, or what the files said; options that say more win. */
export function headerOf(
	{ live, earlier, takenAt }: Origin,
	argv: CompileArguments & Readonly<Record<string, unknown>>,
): HeaderFields {
	const known: HeaderFields = live === undefined ? (earlier ?? {}) : liveHeader(live);
	const file = readConfigFile(argv.config);
	const time = takenAt ?? known.takenAt;
	return {
		takenAt: time === "" ? undefined : time,
		server: known.server,
		context: known.context,
		serverVersion: known.serverVersion,
		svcnatVersion: version(),
		resourceVersions: known.resourceVersions,
		isAnonymized: known.isAnonymized,
		proxyConfig: overlayFlags(file === undefined ? known.proxyConfig : file.value, argv).value,
	};
}

function liveHeader({ server, context, serverVersion, resourceVersions, proxyConfig }: LiveCluster): HeaderFields {
	return {
		takenAt: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
		server,
		context,
		// A version tells that this was a cluster, so that those of its Nodes count.
		serverVersion: serverVersion ?? "unknown",
		resourceVersions,
		proxyConfig: proxyConfig?.value,
	};
}

/** Reads `--taken-at`: a time as in the header, or `none`, which gives the empty text. */
export function readTakenAt(text: string | undefined): string | undefined {
	if (text === undefined || text === "none") return text === undefined ? undefined : "";
	if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
	throw new Trouble(`--taken-at: expected a time like 2026-11-21T18:30:00Z, or none, got ${JSON.stringify(text)}`);
}
