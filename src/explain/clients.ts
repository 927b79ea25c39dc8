import { nodeIP } from "../model/local-node.ts";
import type { LocalTraffic, Model } from "../model/model.ts";
import { type CIDR, contains } from "../net/cidr.ts";
import { type IP, isLoopback } from "../net/ip.ts";
import { OUTSIDE_CLIENTS } from "../trace/packet.ts";

/** Who opens a connection, seen from the node: one of its pods, the node itself, or somebody else. */
export type Sender = "pod" | "node" | "outside";

/** One of them, as rules see it. */
export interface Client {
	readonly from: Sender;
	readonly ip: IP;
	/** Through which interface its packets arrive; undefined: no rule asks, or none does. */
	readonly inInterface: string | undefined;
}

/**
 * A client of each kind; none for the node when it has no address of the family.
 *
 * @param ranges who may use the frontend: the client outside is taken from them; empty: everybody
 */
export function clientsOf(model: Model, ranges: readonly CIDR[]): readonly Client[] {
	const own = nodeIP(model.node, model.family);
	return [
		pod(model),
		...(own === undefined ? [] : [{ from: "node" as const, ip: own, inInterface: undefined }]),
		outside(model, ranges),
	];
}

/**
 * Those who can connect to an address: at a loopback address only the node itself; a pod's loopback address is the pod's
 * own. To one of its own addresses the node dials from that address.
 */
export function clientsAt(to: IP, model: Model, ranges: readonly CIDR[]): readonly Client[] {
	const clients = clientsOf(model, ranges);
	const node: Client = { from: "node", ip: to, inInterface: undefined };
	if (isLoopback(to)) return [node];
	const isOwn = model.node.ips.includes(to) || model.node.interfaceIPs.includes(to);
	return isOwn ? clients.map((client) => (client.from === "node" ? node : client)) : clients;
}

function pod({ family, node, localTraffic }: Model): Client {
	const own = node.podCIDRs.find((cidr) => cidr.family === family)?.network;
	const inInterface = localTraffic?.kind === "interface" ? ownInterface(localTraffic) : undefined;
	const cidr = localTraffic?.kind === "source" ? localTraffic.cidr : undefined;
	const isRecognised = own !== undefined && (cidr === undefined || contains(cidr, own));
	return { from: "pod", ip: isRecognised ? own : (cidr?.network ?? OUTSIDE_CLIENTS[family]), inInterface };
}

function outside({ family, node, localTraffic }: Model, ranges: readonly CIDR[]): Client {
	const inInterface = localTraffic?.kind === "interface" ? otherInterface(localTraffic.name) : undefined;
	const isStrange = (ip: IP): boolean => !node.ips.includes(ip) && !isPod(localTraffic, ip);
	const isOpen = ranges.length === 0 || ranges.some((range) => contains(range, OUTSIDE_CLIENTS[family]));
	const allowed = isOpen ? undefined : ranges.map(({ network }) => network).find(isStrange);
	return { from: "outside", ip: allowed ?? OUTSIDE_CLIENTS[family], inInterface };
}

function isPod(localTraffic: LocalTraffic | undefined, ip: IP): boolean {
	return localTraffic?.kind === "source" && contains(localTraffic.cidr, ip);
}

/** The name of an interface of a pod. */
function ownInterface({ name, isPrefix }: Extract<LocalTraffic, { readonly kind: "interface" }>): string {
	return isPrefix ? `${name}0` : name;
}

/** The name of an interface that is not the pods'. */
function otherInterface(ofPods: string): string {
	return ofPods.startsWith("e") ? "wan0" : "eth0";
}
