import { isLabel, LABEL_IN_WORDS } from "../fields/names.ts";
import type { SourceDocument } from "../snapshot/read-snapshot.ts";
import { Trouble } from "../trouble.ts";
import { findAccess } from "./access.ts";
import { type Api, newApi, type Patience, waitReally } from "./api.ts";
import { configMapRight, type FoundConfig, readConfigMap } from "./config-map.ts";
import { type Connection, newConnection, withoutPassword } from "./connection.ts";
import { grantBelow } from "./grant.ts";
import { type Listed, list } from "./list.ts";
import type { ClusterOptions, LiveCluster } from "./live-cluster.ts";
import { ENDPOINT_SLICES, NODES, type Resource, SERVICE_CIDRS, SERVICES } from "./resources.ts";
import { type MissingRight, nameRight, type Right, ruleOf } from "./rights.ts";

/** As kubectl's. */
const DEFAULT_PAGE_SIZE = 500;

/** In seconds: without a byte, and in all. */
const DEFAULT_SILENCE = 60;
const DEFAULT_TOTAL = 600;

/**
 * Reads what the rules of a cluster's nodes depend on. Only GET requests are made. The lists are read at the same time,
 * each page by page, so that at most five requests are under way.
 *
 * @throws Trouble when there is no cluster, it cannot be reached, or Services or EndpointSlices may not be listed;
 *   the reason of `signal`
 */
export async function readLiveCluster(
	options: ClusterOptions,
	wait: Patience["wait"] = waitReally,
): Promise<LiveCluster> {
	const { namespace } = options;
	if (namespace !== undefined && !isLabel(namespace)) {
		throw new Trouble(`-n: expected a namespace (${LABEL_IN_WORDS}), got ${JSON.stringify(namespace)}`);
	}
	const access = findAccess(options, process.env);
	const connection = newConnection(access, options, process.env);
	for (const warning of access.warnings) options.onWarning?.(warning);
	if (access.isInsecure) {
		options.onWarning?.(
			`TLS is not verified: whoever answers as ${access.server.host} is believed and gets the credentials`,
		);
	}
	const ending = new AbortController();
	const end = (): void => ending.abort();
	options.signal?.addEventListener("abort", end);
	try {
		options.signal?.throwIfAborted();
		return await readAll(newApi(connection, patienceOf(options, wait), ending.signal), connection, options);
	} catch (error) {
		options.signal?.throwIfAborted();
		throw error;
	} finally {
		options.signal?.removeEventListener("abort", end);
		// What is under way when something else failed is of no use.
		ending.abort();
		connection.close();
	}
}

function patienceOf({ requestTimeoutSeconds: given }: ClusterOptions, wait: Patience["wait"]): Patience {
	if (given === 0) return { silence: undefined, total: undefined, wait };
	const total = given ?? DEFAULT_TOTAL;
	return { silence: Math.min(total, DEFAULT_SILENCE) * 1000, total: total * 1000, wait };
}

/** One list with what it was of. */
interface Read {
	readonly resource: Resource;
	readonly listed: Listed;
}

async function readAll(api: Api, connection: Connection, options: ClusterOptions): Promise<LiveCluster> {
	// First and alone: whoever has to sign in is asked once.
	const serverVersion = await readVersion(api);
	const [services, slices, nodes, cidrs, found] = await Promise.all([
		readList(api, [SERVICES], options, true),
		readList(api, [ENDPOINT_SLICES], { ...options, selector: undefined }, true),
		readList(api, [NODES], options, false),
		readList(api, SERVICE_CIDRS, options, false),
		options.kubeProxyConfigMap === false ? NO_CONFIG : readConfigMap(api, options.kubeProxyConfigMap),
	]);
	checkRights([services, slices], [nodes, cidrs], found, options);
	const { context, server } = connection.access;
	const place = context === undefined ? "this cluster" : `context ${context}`;
	const all = [services, slices, nodes, cidrs];
	return {
		documents: all.flatMap((read) => documentOf(read, place)),
		proxyConfig: found.config,
		server: withoutPassword(server.href),
		context,
		serverVersion,
		resourceVersions: Object.fromEntries(
			all.flatMap(({ resource, listed }) =>
				listed.kind === "listed" ? [[resource.name, listed.resourceVersion] as const] : [],
			),
		),
		notes: [
			...notesOf(nodes, WITHOUT_NODES),
			...(nodes.listed.kind === "not-found" ? [`the server has no nodes (404), and ${WITHOUT_NODES}`] : []),
			...notesOf(cidrs, "they are only named"),
			...found.notes,
		],
	};
}

const WITHOUT_NODES = "--node and --node-ip do without";

const NO_CONFIG: FoundConfig = { config: undefined, notes: [] };

async function readVersion(api: Api): Promise<string | undefined> {
	const result = await api.get("/version");
	const version = result.kind === "ok" ? result.value["gitVersion"] : undefined;
	return typeof version === "string" ? version : undefined;
}

/** Lists the first of several versions of a resource that is served. */
async function readList(
	api: Api,
	versions: readonly [Resource, ...Resource[]],
	options: ClusterOptions,
	isNamespaced: boolean,
): Promise<Read> {
	const [resource, ...older] = versions;
	const listed = await list(api, resource, {
		namespace: isNamespaced ? options.namespace : undefined,
		selector: isNamespaced ? options.selector : undefined,
		pageSize: options.pageSize ?? DEFAULT_PAGE_SIZE,
		keepManagedFields: options.keepManagedFields === true,
		onPage: (itemsRead, remaining) => options.onProgress?.(resource.name, itemsRead, remaining),
	});
	const [next, ...oldest] = older;
	if (listed.kind !== "not-found" || next === undefined) return { resource, listed };
	return readList(api, [next, ...oldest], options, isNamespaced);
}

/** Without the first there is nothing to compile; what else is missing is said in the same breath. */
function checkRights(
	needed: readonly Read[],
	useful: readonly Read[],
	{ missing: ofConfigMap }: FoundConfig,
	options: ClusterOptions,
): void {
	const { namespace, kubeProxyConfigMap } = options;
	const configMap = ofConfigMap === undefined ? [] : [ofConfigMap];
	const isGiven = typeof kubeProxyConfigMap === "object";
	const lacking = [...needed.flatMap((read) => missingRight(read, namespace)), ...(isGiven ? configMap : [])];
	if (lacking.length > 0) {
		const more = [...useful.flatMap((read) => missingRight(read)), ...(isGiven ? [] : configMap)];
		const missing = [...lacking, ...more];
		const all = [
			...useful.map((read) => rightOf(read)),
			...needed.map((read) => rightOf(read, namespace)),
			...(kubeProxyConfigMap === false ? [] : [configMapRight(kubeProxyConfigMap)]),
		];
		throw new Trouble(`missing rights: ${missing.map(nameRight).join(", ")}`, grantBelow(missing, all, "svcnat"));
	}
	for (const { resource, listed } of needed) {
		if (listed.kind !== "not-found") continue;
		throw new Trouble(`the server has no ${resource.name} of ${resource.apiVersion} (404): is it Kubernetes?`);
	}
}

function rightOf({ resource }: Read, namespace?: string): Right {
	return { verb: "list", resource, namespace };
}

function missingRight(read: Read, namespace?: string): readonly MissingRight[] {
	const { listed } = read;
	return listed.kind === "forbidden" ? [{ ...rightOf(read, namespace), message: listed.message }] : [];
}

function notesOf(read: Read, otherwise: string): readonly string[] {
	const { name } = read.resource;
	return missingRight(read).map(
		(right) => `${name} may not be read, and ${otherwise}; the rule that would grant it: ${ruleOf(right)}`,
	);
}

function documentOf({ resource, listed }: Read, place: string): readonly SourceDocument[] {
	if (listed.kind !== "listed") return [];
	const { items, resourceVersion } = listed;
	const value = { apiVersion: "v1", kind: "List", metadata: { resourceVersion }, items };
	return [{ value, source: `${resource.name} of ${place}` }];
}
