import {
	BEHAVIOURS,
	type Behaviour,
	DEFAULT_KUBE_VERSION,
	type FeatureGate,
	type KubeVersion,
} from "../config/kube-version.ts";
import type { ProxyConfig } from "../config/proxy-config.ts";
import { readProxyConfig } from "../config/read-proxy-config.ts";
import { parseCIDR } from "../net/cidr.ts";
import { type Family, familyOf, type IP } from "../net/ip.ts";
import type { Problem } from "../problem.ts";
import type { EndpointSlice, Service, Snapshot } from "../snapshot/snapshot.ts";
import { buildServicePorts, type ServicePortContext } from "./build-service-ports.ts";
import { findLocalNode } from "./local-node.ts";
import { resolveLocalTraffic } from "./local-traffic.ts";
import type { ExcludedService, Model } from "./model.ts";
import { resolveNodePortAddresses } from "./node-port-addresses.ts";
import type { ServicePort } from "./service-port.ts";

/** For which node, family and kube-proxy a model is built. */
export interface ModelOptions {
	/** Name of the node; a Node object of that name gives zone, addresses and pod CIDRs, if the snapshot has one. */
	readonly node: string;
	/** The node's own addresses, primary first; absent or empty: those of the Node object. */
	readonly nodeIPs?: readonly IP[];
	/** Addresses on further interfaces of the node; they matter for `nodePortAddresses`. */
	readonly interfaceIPs?: readonly IP[];
	readonly family: Family;
	/** Default: kube-proxy's defaults. */
	readonly config?: ProxyConfig;
	/** Default: the newest. */
	readonly kubeVersion?: KubeVersion;
	/** Whether the node's kernel has nfacct counters; default true. */
	readonly nfacct?: boolean;
}

/** What came out of building. */
export interface ModelResult {
	readonly model: Model;
	/** Found only now, because they depend on node, family or version. */
	readonly problems: readonly Problem[];
}

/** Decides what should be reachable from a node in one family. Pure; the order of the snapshot's objects does not matter. */
export function buildModel(snapshot: Snapshot, options: ModelOptions): ModelResult {
	const config = options.config ?? defaultConfig();
	const kubeVersion = options.kubeVersion ?? DEFAULT_KUBE_VERSION;
	const behaviour = BEHAVIOURS[kubeVersion];
	const { family } = options;
	const node = findLocalNode(snapshot, {
		name: options.node,
		ips: options.nodeIPs ?? [],
		furtherIPs: options.interfaceIPs ?? [],
		bindAddress: config.bindAddress,
	});
	const found: Problem[] = [];
	const isGateOn = gateReader(behaviour, config);
	const context = { family, nodeName: node.name, node, behaviour, isGateOn, problems: found };
	const { built, excluded } = buildAllServicePorts(snapshot, context);
	const { addresses, containsLoopback } = resolveNodePortAddresses(config, node, family, kubeVersion);
	const model: Model = {
		family,
		kubeVersion,
		node,
		config,
		servicePorts: built,
		excludedServices: excluded,
		localTraffic: resolveLocalTraffic(config.detectLocal, node, family, found),
		nodePortAddresses: addresses,
		localhostNodePorts: servesLocalhost(config, family) && containsLoopback,
		serviceCIDRs: isGateOn("MultiCIDRServiceAllocator") ? serviceCIDRsOf(snapshot, family) : [],
		nfacctCounters: behaviour.nfacctCounters && options.nfacct !== false,
		endpointCount: built.reduce((sum, { endpoints }) => sum + endpoints.length, 0),
	};
	return { model, problems: found };
}

function defaultConfig(): ProxyConfig {
	const { config } = readProxyConfig({});
	if (config === undefined) throw new Error("internal error: the default configuration is refused");
	return config;
}

/** The nftables mode never does. */
function servesLocalhost({ mode, localhostNodePorts }: ProxyConfig, family: Family): boolean {
	return family === "ipv4" && localhostNodePorts && mode !== "nftables";
}

function gateReader(behaviour: Behaviour, config: ProxyConfig): (gate: FeatureGate) => boolean {
	return (gate) => {
		const byDefault = behaviour.gates[gate];
		if (byDefault === undefined) return false;
		return config.featureGates[gate] ?? byDefault !== "off";
	};
}

/** In the order of the objects' names, then of their lists. Source: nftables spec, section 6.4. */
function serviceCIDRsOf({ serviceCIDRs }: Snapshot, family: Family): readonly string[] {
	const byName = [...serviceCIDRs].sort((a, b) => (a.name < b.name ? -1 : 1));
	const texts = byName.flatMap(({ cidrs }) => cidrs).filter((text) => parseCIDR(text)?.family === family);
	return [...new Set(texts)];
}

interface AllServicePorts {
	readonly built: readonly ServicePort[];
	readonly excluded: readonly ExcludedService[];
}

function buildAllServicePorts(snapshot: Snapshot, context: ServicePortContext): AllServicePorts {
	const slices = slicesByService(snapshot.endpointSlices, context.behaviour);
	const built: ServicePort[] = [];
	const excluded: ExcludedService[] = [];
	for (const service of sortByName(snapshot.services)) {
		const clusterIP = clusterIPOf(service, context);
		if (clusterIP.reason !== undefined) {
			excluded.push({ namespace: service.namespace, service: service.name, reason: clusterIP.reason });
			continue;
		}
		const own = slices.get(`${service.namespace}/${service.name}`) ?? [];
		for (const port of buildServicePorts(service, clusterIP.ip, own, context)) built.push(port);
	}
	return { built, excluded };
}

type ClusterIPOrReason =
	| { readonly ip: IP; readonly reason?: undefined }
	| { readonly reason: ExcludedService["reason"] };

/** The cluster IP of a Service in this family, or why it gives no rules. Source: spec sections 1.2 and 2.1. */
function clusterIPOf(service: Service, { family, behaviour }: ServicePortContext): ClusterIPOrReason {
	if (service.hasProxyName) return { reason: "other-proxy" };
	if (service.isLabelledHeadless && behaviour.headlessLabelHidesService) return { reason: "headless-label" };
	if (service.type === "ExternalName") return { reason: "external-name" };
	if (service.clusterIP === "None") return { reason: "headless" };
	if (service.clusterIP === "") return { reason: "no-cluster-ip" };
	const ip = clusterIPOfFamily(service, service.clusterIP, family);
	return ip === undefined ? { reason: "other-family" } : { ip };
}

function clusterIPOfFamily(service: Service, clusterIP: IP, family: Family): IP | undefined {
	if (service.ipFamilies.length === 0) return familyOf(clusterIP) === family ? clusterIP : undefined;
	const wanted = family === "ipv4" ? "IPv4" : "IPv6";
	const index = service.ipFamilies.findIndex((candidate, at) => candidate === wanted && at < service.clusterIPs.length);
	return index === -1 ? undefined : service.clusterIPs[index];
}

/** Slices that count, by `namespace/service`, each list sorted by name. Source: spec sections 1.2 and 3.1. */
function slicesByService(
	slices: readonly EndpointSlice[],
	behaviour: Behaviour,
): ReadonlyMap<string, readonly EndpointSlice[]> {
	const byService = new Map<string, EndpointSlice[]>();
	for (const slice of sortByName(slices)) {
		const isHidden = slice.isLabelledHeadless || (slice.hasProxyName && behaviour.proxyNameLabelHidesSlice);
		if (isHidden || slice.serviceName === "") continue;
		const key = `${slice.namespace}/${slice.serviceName}`;
		const own = byService.get(key);
		if (own === undefined) byService.set(key, [slice]);
		else own.push(slice);
	}
	return byService;
}

/** By `namespace/name`, bytewise: names are ASCII, and `/` sorts before everything but `-` and `.`. */
function sortByName<T extends { readonly namespace: string; readonly name: string }>(
	objects: readonly T[],
): readonly T[] {
	const keyed = objects.map((object) => ({ object, key: `${object.namespace}/${object.name}` }));
	return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ object }) => object);
}
