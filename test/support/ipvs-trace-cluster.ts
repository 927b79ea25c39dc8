import fc from "fast-check";
import {
	backends,
	buildModel,
	type Family,
	type Model,
	type NodeState,
	parseIP,
	readProxyConfig,
	readSnapshot,
} from "../../src/index.ts";
import { parseCIDR } from "../../src/net/cidr.ts";
import { familyOf, type IP } from "../../src/net/ip.ts";
import type { InterfaceNetwork, NodeAddresses } from "../../src/trace/packet.ts";
import { NODE } from "./arbitrary-snapshot.ts";
import { modelOfCase, readCase } from "./compile-case.ts";
import { SEED } from "./diff-random.ts";
import { ipvsCaseOf } from "./ipvs-case.ts";
import { PEERS } from "./ipvs-trace-peers.ts";
import type { OracleCase } from "./oracle.ts";
import { arbitraryCluster, type TraceCluster } from "./trace-cluster.ts";
import type { LabNetwork } from "./trace-lab.ts";
import { interfacesOf, labNetwork, linkTo } from "./trace-network.ts";

/** A node in IPVS mode, and a network to load it in. */
export interface IpvsNode {
	readonly name: string;
	readonly model: Model;
	readonly state: NodeState;
	/** By name of the part. */
	readonly parts: Readonly<Record<string, string>>;
	readonly node: NodeAddresses;
	readonly network: LabNetwork;
	/** The interface behind which the node's pods are, and the link by which their packets get there. */
	readonly pods: { readonly name: string; readonly link: string };
}

const SCHEDULERS = ["rr", "rr", "wrr", "lc", "wlc", "sh", "dh", "sed", "nq", "mh"];

/** Nodes of generated clusters, the same in every run. */
export function generatedNodes(count: number): readonly IpvsNode[] {
	const clusters = fc.sample(fc.tuple(arbitraryCluster, fc.constantFrom(...SCHEDULERS)), {
		seed: SEED,
		numRuns: count,
	});
	return clusters.map(([cluster, scheduler], index) => generatedNode(cluster, scheduler, index));
}

function generatedNode(cluster: TraceCluster, scheduler: string, index: number): IpvsNode {
	const { objects, family, kubeVersion, network } = cluster;
	const { snapshot } = readSnapshot(objects.map((object) => ({ value: object })));
	const { config } = readProxyConfig({ ...cluster.config, ipvs: { scheduler } }, { kubeVersion });
	if (config === undefined) throw new Error("the configuration is refused");
	const interfaces = interfacesOf(network, family);
	const interfaceIPs = interfaces.map(({ ip }) => ip);
	const model = buildModel(snapshot, { node: NODE, interfaceIPs, family, config, kubeVersion }).model;
	const endpoints = model.servicePorts.flatMap((port) => port.endpoints.map(({ canonicalIP }) => canonicalIP));
	const onBridge = [...new Set([...endpoints, PEERS[family].pod as IP])];
	return {
		name: `generated ${index}, ${family}, ${scheduler}`,
		...compiled(model),
		node: { ips: model.node.ips, interfaces },
		network: labNetwork(network, { family, routesLocalnet: false, onBridge }),
		pods: { name: network.pods.name, link: linkTo(network, network.pods.name) },
	};
}

/** The node of a captured cluster state; undefined: nothing is served in the family, or it has no address of it. */
export function capturedNode(oracleCase: OracleCase, family: Family): IpvsNode | undefined {
	const read = readCase(oracleCase);
	const model = modelOfCase(read, "1.36", family);
	if (model === undefined || model.servicePorts.length === 0) return undefined;
	if (!model.node.ips.some((ip) => familyOf(ip) === family)) return undefined;
	const interfaces = (oracleCase.config.interfaces ?? []).flatMap(({ name, addresses = [] }) =>
		addresses.flatMap((address) => interfaceOf(name, address, family) ?? []),
	);
	const pods = interfaces.find(({ name }) => name === "cni0")?.name ?? "cali0";
	return {
		name: `${oracleCase.name}, ${family}`,
		...compiled(model),
		node: { ips: model.node.ips, interfaces },
		network: plainNetwork(model, interfaces, pods),
		pods: { name: pods, link: pods },
	};
}

function compiled(model: Model): Pick<IpvsNode, "model" | "state" | "parts"> {
	const state = backends.ipvs((backend) => backend.state(backend.build(model)));
	return { model, state, parts: ipvsCaseOf("", [model]).parts };
}

function interfaceOf(name: string, address: string, family: Family): InterfaceNetwork | undefined {
	const ip = parseIP(address.split("/")[0] ?? "");
	const network = parseCIDR(address);
	return ip === undefined || network === undefined || familyOf(ip) !== family ? undefined : { name, ip, network };
}

/** Each interface leads to a space where nobody answers; the pods are behind one of their own. */
function plainNetwork(model: Model, interfaces: readonly InterfaceNetwork[], pods: string): LabNetwork {
	const { family, node } = model;
	const bare = { pods: { name: pods, isBridge: false, hasAddress: false }, hasSecondCard: false };
	const base = labNetwork(bare, { family, routesLocalnet: false, onBridge: [] });
	const own = node.ips.filter((ip) => familyOf(ip) === family);
	const links = [...new Set(["eth0", pods, ...interfaces.map(({ name }) => name)])];
	const hasPods = interfaces.some(({ name }) => name === pods);
	const local = model.servicePorts.flatMap(({ endpoints }) =>
		endpoints.filter(({ isLocal, canonicalIP }) => isLocal && !own.includes(canonicalIP)),
	);
	const podRoutes = hasPods ? [] : [...new Set(local.map(({ canonicalIP }) => canonicalIP))];
	const { node: like, ...others } = base.spaces;
	return {
		links: Object.fromEntries(links.map((name) => [name, "world"])),
		spaces: {
			...others,
			node: {
				sysctls: like?.sysctls ?? {},
				commands: [
					...links.map((name) => `link set ${name} arp off up`),
					...own.map((ip) => `address add ${ip}${family === "ipv4" ? "/24 dev eth0" : "/64 dev eth0 nodad"}`),
					...interfaces.map(({ name, ip, network }) => {
						return `address add ${ip}/${network.prefixLength} dev ${name}${family === "ipv6" ? " nodad" : ""}`;
					}),
					`route add ${family === "ipv4" ? "0.0.0.0/0" : "::/0"} dev eth0`,
					...podRoutes.map((ip) => `route add ${ip} dev ${pods}`),
				],
			},
			world: { sysctls: {}, commands: links.map((name) => `link set peer-${name} up`) },
		},
	};
}
