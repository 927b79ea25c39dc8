import type { Endpoint } from "./endpoint.ts";
import { suits, type Topology, type TopologyRules, topologyOf } from "./topology.ts";

/** Which endpoints may serve a service port, on this node. */
export interface Selection {
	/** For policy Cluster, sorted by address (bytewise). Empty when nothing asks for them. */
	readonly cluster: readonly Endpoint[];
	/** For policy Local, sorted by address. Empty when nothing asks for them. */
	readonly local: readonly Endpoint[];
	/** All endpoints of `cluster` and `local`, each once, sorted by address. */
	readonly reachable: readonly Endpoint[];
	/** There is a usable endpoint somewhere, perhaps none that this node may use. */
	readonly hasEndpoints: boolean;
	readonly topology: Topology;
	/** Every endpoint that is not in `reachable`, and why. Sorted by address. */
	readonly unused: readonly UnusedEndpoint[];
}

/** An endpoint that gets no traffic from this node. */
export interface UnusedEndpoint {
	readonly endpoint: Endpoint;
	readonly reason: UnusedReason;
}

/**
 * - `not-ready`: neither ready, nor serving while it terminates;
 * - `terminating`: it still serves, but others are ready, and ready ones go first;
 * - `other-zone`, `other-node`: ready, but its hints keep it for others;
 * - `not-local`: only endpoints on this node may serve.
 */
export type UnusedReason = "not-ready" | "terminating" | "other-zone" | "other-node" | "not-local";

/** What the traffic policies of a service port ask for. */
export interface PolicyNeeds {
	readonly usesCluster: boolean;
	readonly usesLocal: boolean;
}

/**
 * Selects the endpoints that the policies of a service port may use.
 *
 * Ready endpoints go first. When there is none, those that are terminating and still serve are used; Cluster and
 * Local decide that independently. Topology applies to ready endpoints of policy Cluster only.
 *
 * Source: spec section 3.4; cases 41 to 53.
 *
 * @param all every endpoint of the service port, sorted by address, each address once
 */
export function selectEndpoints(all: readonly Endpoint[], needs: PolicyNeeds, rules: TopologyRules): Selection {
	const topology = needs.usesCluster ? topologyOf(all, rules) : "none";
	const cluster = needs.usesCluster ? readyOrTerminating(all, (endpoint) => suits(endpoint, topology, rules)) : [];
	const local = needs.usesLocal ? readyOrTerminating(all, ({ isLocal }) => isLocal, onlyLocal) : [];
	const hasEndpoints = needs.usesLocal ? all.some(isUsable) : cluster.length > 0;
	const reachable = union(all, cluster, local);
	const unused = reachable.length === all.length ? [] : explainUnused(all, reachable, needs, topology);
	return { cluster, local, reachable, hasEndpoints, topology, unused };
}

function onlyLocal(endpoint: Endpoint): boolean {
	return endpoint.isLocal;
}

/** Ready endpoints that `suitsReady`; if none, those that terminate and still serve, of which `suitsTerminating` says which. */
function readyOrTerminating(
	all: readonly Endpoint[],
	suitsReady: (endpoint: Endpoint) => boolean,
	suitsTerminating: (endpoint: Endpoint) => boolean = () => true,
): readonly Endpoint[] {
	const ready = all.filter((endpoint) => endpoint.isReady && suitsReady(endpoint));
	if (ready.length > 0) return ready;
	return all.filter((endpoint) => endpoint.isServing && endpoint.isTerminating && suitsTerminating(endpoint));
}

function isUsable({ isReady, isServing, isTerminating }: Endpoint): boolean {
	return isReady || (isServing && isTerminating);
}

function union(
	all: readonly Endpoint[],
	cluster: readonly Endpoint[],
	local: readonly Endpoint[],
): readonly Endpoint[] {
	if (local.length === 0) return cluster;
	if (cluster.length === 0) return local;
	const members = new Set([...cluster, ...local]);
	return members.size === cluster.length ? cluster : all.filter((endpoint) => members.has(endpoint));
}

function explainUnused(
	all: readonly Endpoint[],
	reachable: readonly Endpoint[],
	needs: PolicyNeeds,
	topology: Topology,
): readonly UnusedEndpoint[] {
	const used = new Set(reachable);
	const unused = all.filter((endpoint) => !used.has(endpoint));
	return unused.map((endpoint) => ({ endpoint, reason: reasonFor(endpoint, needs, topology) }));
}

function reasonFor(endpoint: Endpoint, needs: PolicyNeeds, topology: Topology): UnusedReason {
	if (!isUsable(endpoint)) return "not-ready";
	if (!needs.usesCluster && !endpoint.isLocal) return "not-local";
	if (!endpoint.isReady) return "terminating";
	if (topology === "same-node") return "other-node";
	return topology === "same-zone" ? "other-zone" : "not-local";
}
