import type { Family } from "../../src/index.ts";
import type { Step } from "./apply-session.ts";
import type { MachineSession } from "./ipvs-apply-machine.ts";
import { WIRED, wiredNetwork } from "./ipvs-trace-wired.ts";

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

const PORT = 8080;

const FRONTENDS = { ipv4: "10.96.0.80", ipv6: "fd00:10:96::80" } as const;

/** Who comes and goes. */
const GUEST = "remote";

/**
 * Applies the same objects with an endpoint more and one less, in turns, while a client outside and a pod hold connections to
 * a cluster IP and a node port and make new ones.
 */
export function loadSession(family: Family, applies: number): MachineSession {
	const at = WIRED[family];
	const endpoints = { "pod-1": at.pods[0], "pod-2": at.pods[1], [GUEST]: at.remotePod };
	const spaces: Readonly<Record<string, string>> = { "pod-1": "pod1", "pod-2": "pod2", [GUEST]: "remote" };
	const few = Object.values(endpoints).filter((ip) => ip !== at.remotePod);
	const files = {
		"all.json": objects(family, Object.values(endpoints)),
		"few.json": objects(family, few),
	};
	return {
		name: `${family}, under load`,
		links: [],
		files,
		steps: Array.from({ length: applies }, (_, turn) => apply(family, turn % 2 === 0 ? "few" : "all")),
		lab: {
			program: "apply-under-load",
			before: [apply(family, "all")],
			job: {
				network: wiredNetwork(family),
				keeps: 9,
				servers: Object.entries(endpoints).map(([name, ip]) => ({ name, space: spaces[name], ip, port: PORT })),
				// Replies to the same address and port of a client look alike to IPVS, whatever virtual server it called.
				targets: [
					{ name: "cluster IP", space: "outside", from: at.neighbour, ip: FRONTENDS[family], port: 80 },
					{ name: "cluster IP from a pod", space: "pod1", from: at.pods[0], ip: FRONTENDS[family], port: 80 },
					{ name: "node port", space: "outside", from: at.client, ip: at.node, port: 30080 },
				],
			},
		},
	};
}

function apply(family: Family, objectsName: string): Step {
	const { node, second, gateway, pods } = WIRED[family];
	return {
		svcnat: [
			...["apply", "-f", `@${objectsName}.json`, "--node", "n", "--proxy-mode", "ipvs", "--ip-family", family],
			...["--iptables", "legacy", "--state-dir", "@state", "--node-ip", node, "--interface", `eth0=${node}`],
			...["--interface", `eth1=${second}`, "--interface", `pod1=${gateway}`],
			...["--cluster-cidr", pods[0].replace(/\d+$/, family === "ipv4" ? "0/24" : "0/112")],
		],
	};
}

/** A Service of the type NodePort at `10.96.0.80:80` with endpoints. */
export function objects(family: Family, ips: readonly string[]): string {
	const labels = { "kubernetes.io/service-name": "web" };
	const isV4 = family === "ipv4";
	const items = [
		{ apiVersion: "v1", kind: "Node", metadata: { name: "n" } },
		{
			apiVersion: "v1",
			kind: "Service",
			metadata: { name: "web", namespace: "shop" },
			spec: {
				type: "NodePort",
				clusterIP: FRONTENDS[family],
				clusterIPs: [FRONTENDS[family]],
				ipFamilies: [isV4 ? "IPv4" : "IPv6"],
				ports: [{ port: 80, targetPort: PORT, nodePort: 30080, protocol: "TCP" }],
			},
		},
		{
			apiVersion: "discovery.k8s.io/v1",
			kind: "EndpointSlice",
			metadata: { name: "web-1", namespace: "shop", labels },
			addressType: isV4 ? "IPv4" : "IPv6",
			ports: [{ name: "", port: PORT, protocol: "TCP" }],
			endpoints: ips.map((ip) => ({
				addresses: [ip],
				conditions: { ready: true },
				nodeName: ip === WIRED[family].remotePod ? "m" : "n",
			})),
		},
	];
	return JSON.stringify({ apiVersion: "v1", kind: "List", items });
}
