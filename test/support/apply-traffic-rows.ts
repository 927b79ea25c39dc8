import type { WiredService } from "./wired-objects.ts";

/** From where a connection is made; a neighbour is in the node's own network, the client is farther away. */
export type Caller = "client" | "neighbour" | "pod1" | "remote" | "node";

/** What a connection is made to; loopback is the node port at 127.0.0.1. */
export type Frontend = "cluster IP" | "external IP" | "load-balancer IP" | "node port" | "loopback";

/**
 * What should become of connections: `refused` at once, `dropped`, or who answers and whom he sees. `pod1:node` is the pod
 * that sees the node's address on the way to it, `pod1:caller` the pod that sees who really calls.
 */
export type Expected = "refused" | "dropped" | readonly `${"pod1" | "pod2" | "remote" | "node"}:${"node" | "caller"}`[];

/** One line of the table. */
export type Row = readonly [caller: Caller, service: string, frontend: Frontend, expected: Expected];

const EVERYBODY = ["pods", "remote"] as const;

const TRAITS: readonly Omit<WiredService, "protocol">[] = [
	{ name: "everywhere", endpoints: EVERYBODY },
	{ name: "local", endpoints: EVERYBODY, spec: { externalTrafficPolicy: "Local" } },
	{ name: "away", endpoints: ["remote"], spec: { externalTrafficPolicy: "Local" } },
	{ name: "inside-local", endpoints: EVERYBODY, spec: { internalTrafficPolicy: "Local" } },
	{ name: "inside-away", endpoints: ["remote"], spec: { internalTrafficPolicy: "Local" } },
	{
		name: "for-clients",
		endpoints: ["pods"],
		spec: { loadBalancerSourceRanges: ["198.18.0.0/16", "2001:db8:ffff::/64"] },
	},
	{
		name: "for-neighbours",
		endpoints: ["pods"],
		spec: { loadBalancerSourceRanges: ["192.0.2.0/24", "2001:db8::/64"] },
	},
	{ name: "sticky", endpoints: EVERYBODY, spec: { sessionAffinity: "ClientIP" } },
	{ name: "empty", endpoints: [] },
	{ name: "on-the-node", endpoints: ["node"] },
];

/** The Services of the table, each once for TCP and once for UDP. */
export const SERVICES: readonly WiredService[] = TRAITS.flatMap((traits) =>
	(["TCP", "UDP"] as const).map((protocol) => ({
		...traits,
		name: serviceName(traits.name, protocol),
		protocol,
	})),
);

/** The name of a Service of the table for a protocol. */
export function serviceName(name: string, protocol: string): string {
	return `${name}-${protocol.toLowerCase()}`;
}

const PODS_HIDDEN = ["pod1:node", "pod2:node"] as const;
const ALL_HIDDEN = [...PODS_HIDDEN, "remote:node"] as const;
/** A pod that gets its own connection back has to see somebody else. */
const FROM_POD1 = ["pod1:node", "pod2:caller", "remote:caller"] as const;
/** A pod of another node that may come to itself. */
export const FROM_REMOTE = ["pod1:caller", "pod2:caller", "remote:node"] as const;

/** How kube-proxy treats connections where pods are known by `--cluster-cidr`. */
export const ROWS: readonly Row[] = [
	["client", "everywhere", "cluster IP", ALL_HIDDEN],
	["client", "everywhere", "node port", ALL_HIDDEN],
	["client", "everywhere", "external IP", ALL_HIDDEN],
	["client", "everywhere", "load-balancer IP", ALL_HIDDEN],
	["neighbour", "everywhere", "cluster IP", ALL_HIDDEN],
	["neighbour", "everywhere", "node port", ALL_HIDDEN],
	["pod1", "everywhere", "cluster IP", FROM_POD1],
	["pod1", "everywhere", "node port", ALL_HIDDEN],
	["pod1", "everywhere", "external IP", ALL_HIDDEN],
	["pod1", "everywhere", "load-balancer IP", ALL_HIDDEN],
	["remote", "everywhere", "cluster IP", FROM_REMOTE],
	["remote", "everywhere", "load-balancer IP", ALL_HIDDEN],
	["node", "everywhere", "cluster IP", ALL_HIDDEN],
	["node", "everywhere", "node port", ALL_HIDDEN],
	["node", "everywhere", "external IP", ALL_HIDDEN],
	["node", "everywhere", "load-balancer IP", ALL_HIDDEN],
	["node", "everywhere", "loopback", ALL_HIDDEN],

	["client", "local", "cluster IP", ALL_HIDDEN],
	["client", "local", "node port", ["pod1:caller", "pod2:caller"]],
	["client", "local", "external IP", ["pod1:caller", "pod2:caller"]],
	["client", "local", "load-balancer IP", ["pod1:caller", "pod2:caller"]],
	["pod1", "local", "load-balancer IP", FROM_POD1],
	["pod1", "local", "node port", FROM_POD1],
	["remote", "local", "external IP", FROM_REMOTE],
	["node", "local", "load-balancer IP", ALL_HIDDEN],
	["node", "local", "node port", ALL_HIDDEN],
	["node", "local", "loopback", ALL_HIDDEN],

	["client", "away", "node port", "dropped"],
	["client", "away", "external IP", "dropped"],
	["neighbour", "away", "load-balancer IP", "dropped"],
	["client", "away", "cluster IP", ["remote:node"]],
	["pod1", "away", "load-balancer IP", ["remote:caller"]],
	["node", "away", "node port", ["remote:node"]],

	["client", "inside-local", "cluster IP", PODS_HIDDEN],
	["pod1", "inside-local", "cluster IP", ["pod1:node", "pod2:caller"]],
	["remote", "inside-local", "cluster IP", ["pod1:caller", "pod2:caller"]],
	["node", "inside-local", "cluster IP", PODS_HIDDEN],
	["client", "inside-local", "node port", ALL_HIDDEN],
	["client", "inside-away", "cluster IP", "dropped"],
	["pod1", "inside-away", "cluster IP", "dropped"],
	["client", "inside-away", "load-balancer IP", ["remote:node"]],

	["client", "for-clients", "load-balancer IP", PODS_HIDDEN],
	["neighbour", "for-clients", "load-balancer IP", "dropped"],
	["pod1", "for-clients", "load-balancer IP", "dropped"],
	["node", "for-clients", "load-balancer IP", "dropped"],
	["neighbour", "for-clients", "external IP", PODS_HIDDEN],
	["neighbour", "for-clients", "node port", PODS_HIDDEN],
	["pod1", "for-clients", "cluster IP", ["pod1:node", "pod2:caller"]],
	["client", "for-neighbours", "load-balancer IP", "dropped"],
	["neighbour", "for-neighbours", "load-balancer IP", PODS_HIDDEN],
	["node", "for-neighbours", "load-balancer IP", PODS_HIDDEN],

	["client", "empty", "cluster IP", "refused"],
	["client", "empty", "node port", "refused"],
	["client", "empty", "external IP", "refused"],
	["client", "empty", "load-balancer IP", "refused"],
	["pod1", "empty", "cluster IP", "refused"],
	["pod1", "empty", "node port", "refused"],
	["node", "empty", "cluster IP", "refused"],
	["node", "empty", "node port", "refused"],

	["client", "on-the-node", "cluster IP", ["node:caller"]],
	["client", "on-the-node", "node port", ["node:caller"]],
	["pod1", "on-the-node", "cluster IP", ["node:caller"]],
	["node", "on-the-node", "cluster IP", ["node:node"]],
];
