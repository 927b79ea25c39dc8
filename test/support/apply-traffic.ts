import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Family } from "../../src/index.ts";
import type { IP } from "../../src/net/ip.ts";
import { type Loader, loaderArguments } from "./apply-cases.ts";
import { type Caller, type Frontend, SERVICES, serviceName } from "./apply-traffic-rows.ts";
import { NODE } from "./arbitrary-snapshot.ts";

import { WIRED, wiredNetwork } from "./ipvs-trace-wired.ts";
import { SVCNAT } from "./svcnat.ts";
import { temporaryDirectory } from "./temporary-directory.ts";
import { runLab } from "./trace-lab.ts";
import { type LabDial, type LabDialed, wiredServers } from "./wired-dial.ts";
import { wiredFrontends, wiredObjects } from "./wired-objects.ts";

/** Where rules are loaded and connections made. */
export interface TrafficPlace {
	readonly family: Family;
	readonly loader: Loader;
}

/** Each loader for each family; the first three have everything once. */
export const PLACES: readonly TrafficPlace[] = [
	{ family: "ipv4", loader: "nftables" },
	{ family: "ipv4", loader: "legacy" },
	{ family: "ipv6", loader: "nft" },
	{ family: "ipv6", loader: "nftables" },
	{ family: "ipv4", loader: "nft" },
	{ family: "ipv6", loader: "legacy" },
];

/** Connections, one after the other. */
export interface Call {
	readonly caller: Caller;
	/** Without the protocol. */
	readonly service: string;
	readonly frontend: Frontend;
	readonly protocol: "tcp" | "udp";
	readonly times: number;
	/** Seconds after which each is given up. */
	readonly timeout: number;
}

/**
 * Runs `svcnat apply` for the Services of the table on a node in namespaces of its own, then makes connections through
 * what it loaded. In the order of the calls.
 */
export async function callServices(place: TrafficPlace, calls: readonly Call[]): Promise<readonly LabDialed[]> {
	const { family } = place;
	const directory = temporaryDirectory();
	const file = join(directory, "objects.json");
	writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: wiredObjects(SERVICES, family) }));
	const first = quietApply(place, { node: NODE, file, state: join(directory, "state") });
	const dials = calls.map((call, index) => ({ ...dialOf(call, family), ...(index === 0 ? { first } : {}) }));
	return runConnect(place, dials);
}

/** Makes connections in the network of `WIRED`, with a server for TCP and UDP at each endpoint. In the order of the dials. */
export async function runConnect(place: TrafficPlace, dials: readonly LabDial[]): Promise<readonly LabDialed[]> {
	const network = wiredNetwork(place.family);
	const servers = wiredServers(place.family).filter(({ protocol }) => protocol !== "sctp");
	const lab = { family: place.family, variant: "nft", requirements: [], rules: "", network } as const;
	const results = await runLab("connect", lab, { servers, dials });
	return results as readonly LabDialed[];
}

/** What is applied: the objects in a file, as seen by a node that is named there. */
export interface Applied {
	readonly node: string;
	readonly file: string;
	/** The state directory. */
	readonly state: string;
}

/** The command that runs `svcnat apply` as a process of its own and prints nothing but errors. */
export function quietApply(place: TrafficPlace, applied: Applied): readonly string[] {
	return [process.execPath, SVCNAT, ...applyArguments(place, applied), "-q"];
}

/** `svcnat apply` on the node of `WIRED`. */
export function applyArguments({ family, loader }: TrafficPlace, { node, file, state }: Applied): readonly string[] {
	return [
		...["apply", "-f", file, "--node", node, "--node-ip", WIRED[family].node, "--ip-family", family],
		...["--cluster-cidr", family === "ipv4" ? "10.244.0.0/16" : "fd00:10:244::/56"],
		...[...loaderArguments(loader), "--state-dir", state],
	];
}

function dialOf({ caller, service, frontend, protocol, times, timeout }: Call, family: Family): LabDial {
	const { client, neighbour, pods, remotePod } = WIRED[family];
	const [pod1] = pods;
	const callers = {
		client: { space: "outside", from: client },
		neighbour: { space: "outside", from: neighbour },
		pod1: { space: "pod1", from: pod1 },
		remote: { space: "remote", from: remotePod },
		node: { space: "node" },
	};
	const to = frontendOf(service, { frontend, protocol, family });
	return { ...callers[caller], ...to, protocol, times, timeout, keeps: false, hears: true };
}

function frontendOf(
	service: string,
	{ frontend, protocol, family }: { readonly frontend: Frontend; readonly protocol: string; readonly family: Family },
): Pick<LabDial, "to" | "port"> {
	const index = SERVICES.findIndex(({ name }) => name === serviceName(service, protocol));
	if (index === -1) throw new Error(`there is no Service ${serviceName(service, protocol)}`);
	const { clusterIP, externalIP, loadBalancerIP, port, nodePort } = wiredFrontends(index, family);
	const places = {
		"cluster IP": { ip: clusterIP, port },
		"external IP": { ip: externalIP, port },
		"load-balancer IP": { ip: loadBalancerIP, port },
		"node port": { ip: WIRED[family].node, port: nodePort },
		loopback: { ip: WIRED[family].loopback, port: nodePort },
	};
	const { ip, port: number } = places[frontend];
	return { to: ip as IP, port: number };
}
