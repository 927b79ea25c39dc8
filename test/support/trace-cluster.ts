import fc from "fast-check";
import {
	backends,
	buildModel,
	type Family,
	KUBE_VERSIONS,
	type KubeVersion,
	type Model,
	readProxyConfig,
	readSnapshot,
} from "../../src/index.ts";
import { arbitraryConfig, arbitraryObjects, NODE, type Objects } from "./arbitrary-snapshot.ts";
import { kernelCaseOf } from "./kernel-case.ts";
import type { Variant } from "./kernel-load.ts";
import type { LiveNode } from "./trace-live.ts";
import { interfacesOf, type NodeNetwork } from "./trace-network.ts";

/** A cluster, a node in it, and how kube-proxy runs there. */
export interface TraceCluster {
	readonly objects: Objects;
	readonly config: Readonly<Record<string, unknown>>;
	readonly family: Family;
	readonly kubeVersion: KubeVersion;
	readonly variant: Variant;
	readonly network: NodeNetwork;
}

/** A bridge of the name that `detectLocal` gives, or an interface with or without its prefix. */
const podInterfaces: fc.Arbitrary<NodeNetwork["pods"]> = fc
	.record({ name: fc.constantFrom("cbr0", "veth0", "pod0"), hasAddress: fc.boolean() })
	.map((pods) => ({ ...pods, isBridge: pods.name === "cbr0" }));

const configurations = fc
	.tuple(
		arbitraryConfig,
		fc.constantFrom("", "ClusterCIDR", "NodeCIDR", "BridgeInterface", "InterfaceNamePrefix"),
		fc.constantFrom(undefined, ["10.7.7.0/24", "2001:db8:7::/64"], ["0.0.0.0/0", "::/0"]),
	)
	.map(([config, detectLocalMode, nodePortAddresses]) => ({
		...config,
		detectLocalMode,
		detectLocal: { bridgeInterface: "cbr0", interfaceNamePrefix: "veth" },
		...(nodePortAddresses === undefined ? {} : { nodePortAddresses }),
	}));

/** Clusters with everything that changes rules, in both families, for both kinds of iptables. */
export const arbitraryCluster: fc.Arbitrary<TraceCluster> = fc
	.record({
		objects: arbitraryObjects.map(withRealPlaces),
		config: configurations,
		family: fc.constantFrom<Family>("ipv4", "ipv6"),
		kubeVersion: fc.constantFrom(...KUBE_VERSIONS),
		variant: fc.constantFrom<Variant>("legacy", "nft"),
		network: fc.record({ pods: podInterfaces, hasSecondCard: fc.boolean() }),
	})
	.filter(({ config, kubeVersion }) => readProxyConfig(config, { kubeVersion }).config !== undefined);

/**
 * Endpoints of the node get addresses of its pods, or its own (a Pod on the host's network), others those of another
 * node or of a machine on the second card: where an endpoint is decides how a packet gets there.
 */
function withRealPlaces(objects: Objects): Objects {
	return objects.map((object) => {
		const { endpoints } = object as { readonly endpoints?: readonly RawEndpoint[] };
		return endpoints === undefined ? object : { ...object, endpoints: endpoints.map(placed) };
	});
}

interface RawEndpoint {
	readonly addresses: readonly string[];
	readonly nodeName?: string;
}

const PREFIXES = {
	pod: { ipv4: "10.244.0.", ipv6: "fd00:10:244::" },
	node: { ipv4: "192.0.2.", ipv6: "2001:db8::" },
	second: { ipv4: "10.7.7.", ipv6: "2001:db8:7::" },
};

function placed(endpoint: RawEndpoint): RawEndpoint {
	const { addresses, nodeName } = endpoint;
	const move = (text: string): string => {
		const [, network, host = ""] = /^(.*[.:])([0-9a-f]+)$/.exec(text) ?? [];
		const family = network?.includes(":") ? "ipv6" : "ipv4";
		if (host === "1" && nodeName === NODE) return `${PREFIXES.node[family]}1`;
		if (host === "2" && nodeName !== undefined && nodeName !== NODE) return `${PREFIXES.node[family]}2`;
		if (host === "3" && nodeName === undefined) return `${PREFIXES.second[family]}3`;
		return nodeName === NODE ? `${PREFIXES.pod[family]}${host}` : text;
	};
	return { ...endpoint, addresses: addresses.map(move) };
}

/** What svcnat makes of a cluster: what should be reachable, and the node with its rules. */
export interface CompiledCluster {
	readonly model: Model;
	readonly node: LiveNode;
}

/** Compiles a generated cluster. */
export function compileCluster(cluster: TraceCluster): CompiledCluster {
	const { family, variant, network } = cluster;
	const model = clusterModel(cluster);
	const state = backends.iptables((backend) => backend.state(backend.build(model)));
	const { save: rules, requirements } = kernelCaseOf(model);
	const routesLocalnet = model.localhostNodePorts;
	return { model, node: { family, variant, network, state, rules, requirements, routesLocalnet } };
}

/** What should be reachable in a generated cluster. */
export function clusterModel({ objects, config: value, family, kubeVersion, network }: TraceCluster): Model {
	const { snapshot } = readSnapshot(objects.map((object) => ({ value: object })));
	const { config } = readProxyConfig(value, { kubeVersion });
	if (config === undefined) throw new Error("the configuration is refused");
	const interfaceIPs = interfacesOf(network, family).map(({ ip }) => ip);
	return buildModel(snapshot, { node: NODE, interfaceIPs, family, config, kubeVersion }).model;
}
