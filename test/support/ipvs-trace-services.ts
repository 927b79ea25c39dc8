import { buildModel, type Family, type Model, readProxyConfig, readSnapshot } from "../../src/index.ts";
import { NODE } from "./arbitrary-snapshot.ts";
import { wiredNode } from "./ipvs-trace-wired.ts";
import { type WiredService, wiredObjects } from "./wired-objects.ts";

/** One Service per kind of thing that changes what becomes of a connection. */
const SERVICES: readonly WiredService[] = [
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
];

/** The model of a node with these Services. */
export function servicesModel(family: Family): Model {
	const { snapshot } = readSnapshot(wiredObjects(SERVICES, family).map((value) => ({ value })));
	const { config } = readProxyConfig({ clusterCIDR: family === "ipv4" ? "10.244.0.0/16" : "fd00:10:244::/56" });
	if (config === undefined) throw new Error("the configuration is refused");
	const interfaceIPs = wiredNode(family).interfaces.map(({ ip }) => ip);
	return buildModel(snapshot, { node: NODE, family, config, interfaceIPs }).model;
}
