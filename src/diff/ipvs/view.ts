import { entryTexts } from "../../lang/ipset/print.ts";
import type { IpSet } from "../../lang/ipset/set.ts";
import type { VirtualServer } from "../../lang/ipvs/table.ts";
import type { NodeState } from "../../lang/node-state.ts";
import { hostPort } from "../../net/ip.ts";
import type { FrontendKind, FrontendView } from "../frontend.ts";

/** What is known of a virtual server of either side, by `serverKey`. */
export type ServerNames = ReadonlyMap<string, ServerName>;

interface ServerName {
	/** Undefined when it was compiled on neither side. */
	readonly servicePort: string | undefined;
	/** Undefined when nothing tells it from a cluster IP. */
	readonly kind: FrontendKind | undefined;
}

/** Equal for the same virtual server of both sides: `10.96.0.1:443/tcp`. */
export function serverKey({ ip, port, protocol }: Pick<VirtualServer, "ip" | "port" | "protocol">): string {
	return `${hostPort(ip, port)}/${protocol}`;
}

/**
 * Names and kinds of virtual servers: from those that were compiled, else from the sets. What one side tells counts for
 * both, lest an entry that is missing there makes a node port a cluster IP.
 */
export function serverNames(sides: readonly NodeState[]): ServerNames {
	const names = new Map<string, ServerName>();
	for (const { virtualServers, sets } of sides) {
		const entries = sets === undefined ? undefined : indexSets(sets);
		for (const server of virtualServers ?? []) {
			const known = names.get(serverKey(server));
			const compiled = KIND_BY_REASON[server.origin?.reason ?? ""];
			names.set(serverKey(server), {
				servicePort: server.origin?.subject ?? known?.servicePort,
				kind: compiled ?? known?.kind ?? kindInSets(server, entries),
			});
		}
	}
	return names;
}

/** Entries of sets by name, without the 6 of IPv6 names; undefined when sets are not known. */
type Entries = ReadonlyMap<string, ReadonlySet<string>> | undefined;

/** What clients meet at the virtual servers of a node. Without a name, a virtual server is its own service port. */
export function ipvsView(state: NodeState, names: ServerNames): readonly FrontendView[] {
	const entries = state.sets === undefined ? undefined : indexSets(state.sets);
	const bound = state.dummyIPs === undefined ? undefined : new Set(state.dummyIPs);
	return (state.virtualServers ?? []).map((server) => {
		const name = names.get(serverKey(server));
		const kind = name?.kind ?? "cluster IP";
		const shares = sharesOf(server);
		return {
			servicePort: name?.servicePort ?? serverKey(server),
			kind,
			ip: server.ip,
			port: server.port,
			protocol: server.protocol,
			// The kernel answers for a virtual server without real servers: "port unreachable".
			verdict: shares.size > 0 ? "forwarded" : "rejected",
			shares,
			lost: shares.size > 0 ? 0 : 1,
			policy: policyOf(server, kind, entries),
			masquerades: masquerades(server, kind, entries),
			affinitySeconds: server.persistenceSeconds,
			sources: sourcesOf(server, entries),
			withoutHairpin: [],
			obstacle: obstacleOf(server, kind, entries, bound),
		};
	});
}

/** Sets under their IPv4 names: the IPv6 ones are cut at 31 characters. */
export function plainSetName(name: string): string {
	const plain = name.replace(/^KUBE-6-/, "KUBE-");
	return CUT_NAMES.find((full) => plain !== full && full.startsWith(plain) && name.length === 31) ?? plain;
}

const CUT_NAMES: readonly string[] = ["KUBE-LOAD-BALANCER-SOURCE-CIDR", "KUBE-NODE-PORT-LOCAL-SCTP-HASH"];

function indexSets(sets: readonly IpSet[]): ReadonlyMap<string, ReadonlySet<string>> {
	return new Map(sets.map((set) => [plainSetName(set.name), new Set(entryTexts(set))]));
}

/** Schedulers that look at weights; the others only leave out servers of weight 0. */
const WEIGHTED: readonly string[] = ["wrr", "wlc", "sed", "nq"];

function sharesOf({ scheduler, realServers }: VirtualServer): ReadonlyMap<string, number> {
	const serving = realServers.filter(({ weight }) => weight > 0);
	const weightOf = (weight: number): number => (WEIGHTED.includes(scheduler) ? weight : 1);
	const total = serving.reduce((sum, { weight }) => sum + weightOf(weight), 0);
	return new Map(serving.map(({ ip, port, weight }) => [hostPort(ip, port), weightOf(weight) / total]));
}

function has(entries: Entries, set: string, entry: string): boolean {
	return entries?.get(set)?.has(entry) ?? false;
}

function entryOf({ ip, port, protocol }: VirtualServer): string {
	return `${ip},${protocol}:${port}`;
}

const KIND_BY_REASON: Readonly<Record<string, FrontendKind>> = {
	"cluster-ip": "cluster IP",
	"external-ip": "external IP",
	"load-balancer-ip": "load-balancer IP",
	"node-port": "node port",
};

function kindInSets(server: VirtualServer, entries: Entries): FrontendKind | undefined {
	const entry = entryOf(server);
	if (has(entries, "KUBE-LOAD-BALANCER", entry)) return "load-balancer IP";
	if (has(entries, "KUBE-EXTERNAL-IP", entry) || has(entries, "KUBE-EXTERNAL-IP-LOCAL", entry)) return "external IP";
	return isNodePort(server, entries) ? "node port" : undefined;
}

function isNodePort({ ip, port, protocol }: VirtualServer, entries: Entries): boolean {
	const set = `KUBE-NODE-PORT-${protocol.toUpperCase()}`;
	return protocol === "sctp" ? has(entries, `${set}-HASH`, `${ip},sctp:${port}`) : has(entries, set, String(port));
}

function isLocalNodePort({ ip, port, protocol }: VirtualServer, entries: Entries): boolean {
	const set = `KUBE-NODE-PORT-LOCAL-${protocol.toUpperCase()}`;
	return protocol === "sctp" ? has(entries, `${set}-HASH`, `${ip},sctp:${port}`) : has(entries, set, String(port));
}

/** Sets tell the policy of traffic from outside; that of cluster IPs shows in the real servers alone. */
function policyOf(server: VirtualServer, kind: FrontendKind, entries: Entries): FrontendView["policy"] {
	if (entries === undefined) return undefined;
	const entry = entryOf(server);
	if (kind === "external IP") return has(entries, "KUBE-EXTERNAL-IP-LOCAL", entry) ? "Local" : "Cluster";
	if (kind === "load-balancer IP") return has(entries, "KUBE-LOAD-BALANCER-LOCAL", entry) ? "Local" : "Cluster";
	if (kind === "node port") return isLocalNodePort(server, entries) ? "Local" : "Cluster";
	return undefined;
}

function masquerades(server: VirtualServer, kind: FrontendKind, entries: Entries): readonly string[] {
	if (entries === undefined) return [];
	if (kind === "cluster IP") {
		return has(entries, "KUBE-CLUSTER-IP", entryOf(server)) ? ["as the rules for cluster IPs say"] : [];
	}
	const isLocal = policyOf(server, kind, entries) === "Local";
	return !isLocal && isListed(server, kind, entries) ? ["from outside: everybody"] : [];
}

function isListed(server: VirtualServer, kind: FrontendKind, entries: Entries): boolean {
	const entry = entryOf(server);
	if (kind === "external IP") return has(entries, "KUBE-EXTERNAL-IP", entry);
	return kind === "load-balancer IP" ? has(entries, "KUBE-LOAD-BALANCER", entry) : isNodePort(server, entries);
}

function sourcesOf(server: VirtualServer, entries: Entries): readonly string[] | undefined {
	const entry = entryOf(server);
	if (!has(entries, "KUBE-LOAD-BALANCER-FW", entry)) return undefined;
	const starting = (set: string): readonly string[] =>
		[...(entries?.get(set) ?? [])]
			.filter((text) => text.startsWith(`${entry},`))
			.map((text) => text.slice(entry.length + 1));
	return [...starting("KUBE-LOAD-BALANCER-SOURCE-CIDR"), ...starting("KUBE-LOAD-BALANCER-SOURCE-IP")];
}

/** Packets reach a virtual server only at an address of the node; cluster, external and load-balancer IPs are on kube-ipvs0. */
function obstacleOf(
	server: VirtualServer,
	kind: FrontendKind,
	entries: Entries,
	bound: ReadonlySet<string> | undefined,
): string | undefined {
	if (kind === "node port") return undefined;
	if (bound !== undefined && !bound.has(server.ip)) return `closed: ${server.ip} is not on kube-ipvs0`;
	if (entries === undefined) return undefined;
	const isPassed = ["KUBE-CLUSTER-IP", "KUBE-EXTERNAL-IP", "KUBE-EXTERNAL-IP-LOCAL", "KUBE-LOAD-BALANCER"].some((set) =>
		has(entries, set, entryOf(server)),
	);
	const isFiltered = has(entries, "KUBE-IPVS-IPS", server.ip) && !isPassed;
	return isFiltered ? "closed: no set names it, so KUBE-IPVS-FILTER rejects it" : undefined;
}
