import { groupBy } from "../../diff/lists/group-by.ts";
import type { ExcludedService } from "../../model/built-service.ts";
import type { ServicePort } from "../../model/service-port.ts";
import type { IP } from "../../net/ip.ts";
import type { EndpointSlice, Snapshot } from "../../snapshot/snapshot.ts";
import type { ExplainContext, NodeInFamily } from "../context.ts";
import { type Claims, claimsIn } from "./claims.ts";
import type { PortView } from "./port-view.ts";
import { familyInWords } from "./words.ts";

/** A cluster in the order in which findings ask for it: everything is looked up, nothing searched. */
export interface ClusterIndex {
	readonly nodes: readonly NodeInFamily[];
	/** By `namespace/name`, family by family. */
	readonly ports: ReadonlyMap<string, readonly PortView[]>;
	/** Why a Service gives no rules in any family, by `namespace/name`. */
	readonly excluded: ReadonlyMap<string, WithoutRules>;
	/** By the `namespace/name` of the Service in their label. */
	readonly slices: ReadonlyMap<string, readonly EndpointSlice[]>;
	/** Slices without that label, by the Service whose name theirs begins with. */
	readonly unlabelled: ReadonlyMap<string, readonly EndpointSlice[]>;
	/** Who claims what, one a family, as `nodes`. */
	readonly claims: ReadonlyMap<NodeInFamily, Claims>;
	/** Services by their cluster IPs. */
	readonly clusterIPs: ReadonlyMap<string, readonly string[]>;
	/** Service ports by their external IPs and load-balancer IPs. */
	readonly externalIPs: ReadonlyMap<string, readonly ServicePort[]>;
	/** Names of Nodes by their addresses. */
	readonly nodeIPs: ReadonlyMap<IP, string>;
	readonly nodeNames: ReadonlySet<string>;
	/** What endpoints give as `nodeName`, without those that are names of Nodes. */
	readonly strangeNodeNames: ReadonlySet<string>;
	/** Zones of Nodes; the empty one for a Node without zone. */
	readonly zones: ReadonlySet<string>;
}

/** Why a Service gives no rules, whatever the family. */
export type WithoutRules = Exclude<ExcludedService["reason"], "other-family">;

const KNOWN = new WeakMap<ExplainContext, ClusterIndex>();

/** The index of a context; made when it is first asked for, in time linear in the size of the cluster. */
export function clusterIndex(context: ExplainContext): ClusterIndex {
	const known = KNOWN.get(context) ?? build(context);
	KNOWN.set(context, known);
	return known;
}

function build(context: ExplainContext): ClusterIndex {
	const { snapshot, nodes } = context;
	const nodeNames = new Set(snapshot.nodes.map(({ name }) => name));
	const labelled = snapshot.endpointSlices.filter(({ serviceName }) => serviceName !== "");
	return {
		nodes,
		ports: portsByService(nodes),
		excluded: excludedByService(nodes),
		slices: groupBy(labelled, ({ namespace, serviceName }) => `${namespace}/${serviceName}`),
		unlabelled: unlabelledSlices(snapshot),
		claims: new Map(nodes.map((node) => [node, claimsIn(node, context)])),
		clusterIPs: clusterIPs(nodes),
		externalIPs: externalIPs(nodes),
		nodeIPs: new Map(snapshot.nodes.flatMap(({ name, addresses }) => addresses.map((ip) => [ip, name] as const))),
		nodeNames,
		strangeNodeNames: strangeNodeNames(context, nodeNames),
		zones: new Set(snapshot.nodes.map(({ zone }) => zone)),
	};
}

function portsByService(nodes: readonly NodeInFamily[]): ReadonlyMap<string, readonly PortView[]> {
	const serviceOf = ({ namespace, service }: { namespace: string; service: string }): string =>
		`${namespace}/${service}`;
	const inFamilies = nodes.map(({ model }) => new Set(model.servicePorts.map(serviceOf)));
	const views = nodes.flatMap((node) =>
		node.model.servicePorts.map((port): PortView => {
			const isDual = inFamilies.every((services) => services.has(serviceOf(port))) && nodes.length > 1;
			return { node, port, where: isDual ? ` (${familyInWords(node.model.family)})` : "" };
		}),
	);
	return groupBy(views, ({ port }) => serviceOf(port));
}

function excludedByService(nodes: readonly NodeInFamily[]): ReadonlyMap<string, WithoutRules> {
	const excluded = nodes.flatMap(({ model }) => model.excludedServices);
	const reasons = new Map<string, WithoutRules>();
	for (const { namespace, service, reason } of excluded) {
		if (reason !== "other-family") reasons.set(`${namespace}/${service}`, reason);
	}
	return reasons;
}

/** The longest name counts: `web-api-7x9k` belongs to `web-api`, if there is one, not to `web`. */
function unlabelledSlices({ endpointSlices, services }: Snapshot): ReadonlyMap<string, readonly EndpointSlice[]> {
	const known = new Set(services.map(({ namespace, name }) => `${namespace}/${name}`));
	const owner = ({ namespace, name }: EndpointSlice): string => {
		let candidate = name;
		while (candidate !== "" && !known.has(`${namespace}/${candidate}`)) {
			candidate = candidate.slice(0, Math.max(candidate.lastIndexOf("-"), 0));
		}
		return `${namespace}/${candidate}`;
	};
	return groupBy(
		endpointSlices.filter(({ serviceName }) => serviceName === ""),
		owner,
	);
}

function strangeNodeNames({ snapshot, nodes }: ExplainContext, known: ReadonlySet<string>): ReadonlySet<string> {
	const endpoints = snapshot.endpointSlices.flatMap((slice) => slice.endpoints);
	const used = new Set(endpoints.flatMap(({ nodeName }) => nodeName || []));
	const local = nodes[0]?.model.node.name;
	return new Set([...used].filter((name) => !known.has(name) && name !== local));
}

function externalIPs(nodes: readonly NodeInFamily[]): ReadonlyMap<string, readonly ServicePort[]> {
	const ports = nodes.flatMap(({ model }) => model.servicePorts);
	const pairs = ports.flatMap((port) =>
		[...new Set([...port.externalIPs, ...port.loadBalancerIPs])].map((ip) => ({ ip, port })),
	);
	const groups = groupBy(pairs, ({ ip }) => ip);
	return new Map([...groups].map(([ip, own]) => [ip, own.map(({ port }) => port)]));
}

function clusterIPs(nodes: readonly NodeInFamily[]): ReadonlyMap<string, readonly string[]> {
	const ports = nodes.flatMap(({ model }) => model.servicePorts);
	const byService = new Map(ports.map((port) => [`${port.clusterIP} ${port.namespace}/${port.service}`, port]));
	const groups = groupBy([...byService.values()], ({ clusterIP }) => clusterIP);
	return new Map([...groups].map(([ip, own]) => [ip, own.map(({ namespace, service }) => `${namespace}/${service}`)]));
}
