import type { Family } from "../../src/index.ts";
import { WIRED, wiredNetwork } from "./ipvs-trace-wired.ts";
import type { LabNetwork } from "./trace-lab.ts";

/** How connections fared, by `frontend endpoint`. */
export interface Fared {
	readonly served: Readonly<Record<string, number>>;
	/** By `frontend error`. */
	readonly errors: Readonly<Record<string, number>>;
	/** Established before the first change, and held. */
	readonly kept: Readonly<Record<string, number>>;
	readonly broken: readonly string[];
	/** How often a held connection was used. */
	readonly pings: number;
	/** The slowest new connection, in seconds. */
	readonly longest: number;
}

/** What the program `apply-under-load` is told. */
export interface LoadJob {
	readonly network: LabNetwork;
	/** How many connections to each target are held. */
	readonly keeps: number;
	readonly servers: readonly {
		readonly name: string;
		readonly space: string;
		readonly ip: string;
		readonly port: number;
	}[];
	readonly targets: readonly LoadTarget[];
}

/** From where to where connections are made. */
export interface LoadTarget {
	readonly name: string;
	readonly space: string;
	readonly from: string;
	readonly ip: string;
	readonly port: number;
}

/** The name of the node. */
export const LOAD_NODE = "n";

/** The node, as an object. */
export const LOAD_NODE_OBJECT = { apiVersion: "v1", kind: "Node", metadata: { name: LOAD_NODE } };

const PORT = 8080;
const NODE_PORT = 30080;

const FRONTENDS = { ipv4: "10.96.0.80", ipv6: "fd00:10:96::80" } as const;

/** A client outside, a neighbour and a pod hold connections to a cluster IP and a node port and make new ones. */
export function loadJob(family: Family): LoadJob {
	const at = WIRED[family];
	const [first, second] = at.pods;
	return {
		network: wiredNetwork(family),
		keeps: 9,
		servers: [
			{ name: "pod-1", space: "pod1", ip: first, port: PORT },
			{ name: "pod-2", space: "pod2", ip: second, port: PORT },
			{ name: "remote", space: "remote", ip: at.remotePod, port: PORT },
		],
		// Replies to the same address and port of a client look alike to IPVS, whatever virtual server it called.
		targets: [
			{ name: "cluster IP", space: "outside", from: at.neighbour, ip: FRONTENDS[family], port: 80 },
			{ name: "cluster IP from a pod", space: "pod1", from: first, ip: FRONTENDS[family], port: 80 },
			{ name: "node port", space: "outside", from: at.client, ip: at.node, port: NODE_PORT },
		],
	};
}

/** Objects by file name: with all three endpoints, and without the one on another node, which comes and goes. */
export function loadFiles(family: Family): Readonly<Record<"all.json" | "few.json", string>> {
	const { pods, remotePod } = WIRED[family];
	return { "all.json": objects(family, [...pods, remotePod]), "few.json": objects(family, pods) };
}

/** Which objects are applied, in turns. */
export function loadTurns(applies: number): readonly ("all" | "few")[] {
	return Array.from({ length: applies }, (_, turn) => (turn % 2 === 0 ? "few" : "all"));
}

/** A Service of the type NodePort at `10.96.0.80:80` with endpoints. */
export function objects(family: Family, ips: readonly string[], protocol: "TCP" | "UDP" = "TCP"): string {
	const labels = { "kubernetes.io/service-name": "web" };
	const isV4 = family === "ipv4";
	const items = [
		LOAD_NODE_OBJECT,
		{
			apiVersion: "v1",
			kind: "Service",
			metadata: { name: "web", namespace: "shop" },
			spec: {
				type: "NodePort",
				clusterIP: FRONTENDS[family],
				clusterIPs: [FRONTENDS[family]],
				ipFamilies: [isV4 ? "IPv4" : "IPv6"],
				ports: [{ port: 80, targetPort: PORT, nodePort: NODE_PORT, protocol }],
			},
		},
		{
			apiVersion: "discovery.k8s.io/v1",
			kind: "EndpointSlice",
			metadata: { name: "web-1", namespace: "shop", labels },
			addressType: isV4 ? "IPv4" : "IPv6",
			ports: [{ name: "", port: PORT, protocol }],
			endpoints: ips.map((ip) => ({
				addresses: [ip],
				conditions: { ready: true },
				nodeName: ip === WIRED[family].remotePod ? "m" : LOAD_NODE,
			})),
		},
	];
	return JSON.stringify({ apiVersion: "v1", kind: "List", items });
}
