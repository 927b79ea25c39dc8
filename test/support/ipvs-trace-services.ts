import { buildModel, type Family, type Model, readProxyConfig, readSnapshot } from "../../src/index.ts";
import { NODE } from "./arbitrary-snapshot.ts";
import { WIRED, wiredNode } from "./ipvs-trace-wired.ts";

/** One Service per kind of thing that changes what becomes of a connection. */
const SERVICES = [
	{ name: "everywhere", protocol: "TCP", endpoints: ["pods", "remote"] },
	{ name: "datagrams", protocol: "UDP", endpoints: ["pods", "remote"] },
	{ name: "streams", protocol: "SCTP", endpoints: ["pods", "remote"] },
	{ name: "local", protocol: "TCP", endpoints: ["pods", "remote"], spec: { externalTrafficPolicy: "Local" } },
	{ name: "nothing-local", protocol: "TCP", endpoints: ["remote"], spec: { externalTrafficPolicy: "Local" } },
	{ name: "inside-local", protocol: "TCP", endpoints: ["pods", "remote"], spec: { internalTrafficPolicy: "Local" } },
	{
		name: "guarded",
		protocol: "TCP",
		endpoints: ["pods"],
		spec: { loadBalancerSourceRanges: ["198.18.0.0/16", "2001:db8:ffff::/64"] },
	},
	{
		name: "guarded-near",
		protocol: "TCP",
		endpoints: ["pods"],
		spec: { loadBalancerSourceRanges: ["192.0.2.0/24", "2001:db8::/64"] },
	},
	{ name: "sticky", protocol: "TCP", endpoints: ["pods", "remote"], spec: { sessionAffinity: "ClientIP" } },
	{ name: "empty", protocol: "TCP", endpoints: [] },
	{ name: "empty-datagrams", protocol: "UDP", endpoints: [] },
	{ name: "empty-streams", protocol: "SCTP", endpoints: [] },
	{ name: "on-the-node", protocol: "TCP", endpoints: ["node"] },
	{ name: "also-on-the-node", protocol: "TCP", endpoints: ["node", "pods"] },
] as const;

/** Where endpoints listen, and health checks of Services are answered. */
export const ENDPOINT_PORT = 8080;

/** The model of a node with these Services. */
export function servicesModel(family: Family): Model {
	const objects = [nodeObject(family), ...SERVICES.flatMap((service, index) => objectsOf(service, index, family))];
	const { snapshot } = readSnapshot(objects.map((value) => ({ value })));
	const { config } = readProxyConfig({ clusterCIDR: family === "ipv4" ? "10.244.0.0/16" : "fd00:10:244::/56" });
	if (config === undefined) throw new Error("the configuration is refused");
	const interfaceIPs = wiredNode(family).interfaces.map(({ ip }) => ip);
	return buildModel(snapshot, { node: NODE, family, config, interfaceIPs }).model;
}

function nodeObject(family: Family): unknown {
	const addresses = [{ type: "InternalIP", address: WIRED[family].node }];
	return {
		apiVersion: "v1",
		kind: "Node",
		metadata: { name: NODE, resourceVersion: "1" },
		spec: {},
		status: { addresses },
	};
}

function objectsOf(service: (typeof SERVICES)[number], index: number, family: Family): readonly unknown[] {
	const { name, protocol, endpoints } = service;
	const at = (v4: string, v6: string): string => `${family === "ipv4" ? v4 : v6}${index + 10}`;
	const places = {
		pods: WIRED[family].pods.map((address) => ({ addresses: [address], nodeName: NODE })),
		remote: [{ addresses: [WIRED[family].remotePod], nodeName: "n2" }],
		node: [{ addresses: [WIRED[family].node], nodeName: NODE }],
	};
	const clusterIP = at("10.96.0.", "fd00:96::");
	const own = "spec" in service ? service.spec : {};
	return [
		{
			apiVersion: "v1",
			kind: "Service",
			metadata: { name, namespace: "shop", resourceVersion: "1" },
			spec: {
				type: "LoadBalancer",
				clusterIP,
				clusterIPs: [clusterIP],
				ipFamilies: [family === "ipv4" ? "IPv4" : "IPv6"],
				externalIPs: [at("198.51.100.", "2001:db8:e::")],
				ports: [{ port: 80, protocol, nodePort: 30_000 + index }],
				...("externalTrafficPolicy" in own ? { healthCheckNodePort: 32_000 + index } : {}),
				...own,
			},
			status: { loadBalancer: { ingress: [{ ip: at("203.0.113.", "2001:db8:f::") }] } },
		},
		{
			apiVersion: "discovery.k8s.io/v1",
			kind: "EndpointSlice",
			metadata: {
				name: `${name}-1`,
				namespace: "shop",
				resourceVersion: "1",
				labels: { "kubernetes.io/service-name": name },
			},
			addressType: family === "ipv4" ? "IPv4" : "IPv6",
			ports: [{ name: "", port: ENDPOINT_PORT, protocol }],
			endpoints: endpoints.flatMap((place): readonly unknown[] => places[place]),
		},
	];
}
