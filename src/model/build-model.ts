import { BEHAVIOURS, DEFAULT_KUBE_VERSION, type KubeVersion } from "../config/kube-version.ts";
import type { ProxyConfig } from "../config/proxy-config.ts";
import { readProxyConfig } from "../config/read-proxy-config.ts";
import { parseCIDR } from "../net/cidr.ts";
import type { Family, IP } from "../net/ip.ts";
import type { Problem } from "../problem.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { buildServices } from "./build-services.ts";
import type { BuiltService, ExcludedService } from "./built-service.ts";
import { gateReader } from "./frame.ts";
import { findLocalNode } from "./local-node.ts";
import { resolveLocalTraffic } from "./local-traffic.ts";
import type { Model } from "./model.ts";
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
	/**
	 * The model of an earlier snapshot, whatever it was built for: a Service whose object and slices are the same objects as then keeps
	 * its service ports, the same objects too, as far as the same comes of them. The result is equal with and without, unless objects
	 * or lists of the earlier snapshot were changed in place.
	 */
	readonly before?: Model | undefined;
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
	const { family } = options;
	const node = findLocalNode(snapshot, {
		name: options.node,
		ips: options.nodeIPs ?? [],
		furtherIPs: options.interfaceIPs ?? [],
		bindAddress: config.bindAddress,
	});
	const frame = { family, kubeVersion, node, config };
	const services = buildServices(snapshot, frame, options.before);
	const { servicePorts, excludedServices, problems, endpointCount } = together(services);
	const { addresses, containsLoopback } = resolveNodePortAddresses(config, node, family, kubeVersion);
	const model: Model = {
		...frame,
		snapshot,
		services,
		servicePorts,
		excludedServices,
		localTraffic: resolveLocalTraffic(config.detectLocal, node, family, problems),
		nodePortAddresses: addresses,
		localhostNodePorts: servesLocalhost(config, family) && containsLoopback,
		serviceCIDRs: gateReader(frame)("MultiCIDRServiceAllocator") ? serviceCIDRsOf(snapshot, family) : [],
		nfacctCounters: BEHAVIOURS[kubeVersion].nfacctCounters && options.nfacct !== false,
		endpointCount,
	};
	return { model, problems };
}

/** What all Services came to, in one go: there may be tens of thousands, of which one has changed. */
function together(services: readonly BuiltService[]) {
	const servicePorts: ServicePort[] = [];
	const excludedServices: ExcludedService[] = [];
	const problems: Problem[] = [];
	let endpointCount = 0;
	for (const service of services) {
		for (const port of service.servicePorts) {
			servicePorts.push(port);
			endpointCount += port.endpoints.length;
		}
		if (service.excluded !== undefined) excludedServices.push(service.excluded);
		for (const problem of service.problems) problems.push(problem);
	}
	return { servicePorts, excludedServices, problems, endpointCount };
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

/** In the order of the objects' names, then of their lists. Source: nftables spec, section 6.4. */
function serviceCIDRsOf({ serviceCIDRs }: Snapshot, family: Family): readonly string[] {
	const byName = [...serviceCIDRs].sort((a, b) => (a.name < b.name ? -1 : 1));
	const texts = byName.flatMap(({ cidrs }) => cidrs).filter((text) => parseCIDR(text)?.family === family);
	return [...new Set(texts)];
}
