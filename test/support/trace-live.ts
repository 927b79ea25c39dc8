import type { Command } from "../../src/index.ts";
import type { NodeState } from "../../src/lang/node-state.ts";
import { type Family, hostPort, type IP } from "../../src/net/ip.ts";
import type { Packet } from "../../src/trace/packet.ts";
import { newTracer, type Tracer } from "../../src/trace/trace.ts";
import type { Variant } from "./kernel-load.ts";
import { type Marks, type Recorded, type TraceDifference, traceDifference } from "./trace-compare.ts";
import { type Lab, type LabPacket, sendPackets } from "./trace-lab.ts";
import { interfacesOf, labNetwork, linkTo, NODE_IPS, type NodeNetwork } from "./trace-network.ts";
import { recordReader } from "./trace-recorded.ts";

/** A node with rules, to be set up in the kernel and to be traced. */
export interface LiveNode {
	readonly family: Family;
	readonly variant: Variant;
	readonly network: NodeNetwork;
	/** The rules as svcnat sees them. */
	readonly state: NodeState;
	/** The same, as iptables-save prints them. */
	readonly rules: string;
	/** What has to exist before they are loaded. */
	readonly requirements: readonly Command[];
	/** Packets from outside to 127.0.0.0/8 are not dropped by the routing code. */
	readonly routesLocalnet: boolean;
}

/** A packet for both. */
export interface LivePacket extends Omit<Packet, "isFromNode"> {
	/** In words: `node port from outside`. */
	readonly kind: string;
	/**
	 * `remembered`: the same client sent the packet before, to the same place. `expired`: it did so longer ago than
	 * session affinity lasts.
	 */
	readonly client: "new" | "remembered" | "expired";
	/** Seconds to wait before. */
	readonly wait?: number;
}

/** What the kernel did with a packet. */
export interface Sent {
	readonly packet: LivePacket;
	readonly recorded: Recorded;
	/** The endpoint (`ip:port`) that the kernel remembers for the client. */
	readonly affinity: string | undefined;
}

/** The node in a lab. On a bridge it has to know the addresses of those who are there. */
export function labOf(node: LiveNode, packets: readonly LivePacket[]): Lab {
	const { family, variant, network, rules, requirements, routesLocalnet } = node;
	const endpoints = [...rules.matchAll(/--to-destination \[?([0-9a-f.:]+?)\]?:\d+$/gm)].map(([, ip]) => ip as IP);
	const onBridge = new Set([...endpoints, ...packets.flatMap(({ from, to }) => [from, to])]);
	const around = labNetwork(network, { family, routesLocalnet, onBridge: [...onBridge] });
	return { family, variant, requirements, rules, network: around };
}

/** How a packet is sent; each has a source port of its own. */
export function labPacket({ network }: Pick<LiveNode, "network">, packet: LivePacket, index: number): LabPacket {
	const { from, to, port, protocol, inInterface, client, wait = 0 } = packet;
	const link = inInterface === undefined ? undefined : linkTo(network, inInterface);
	return { from, to, port, protocol, sourcePort: 10_000 + index, in: link, keepsClients: client !== "new", wait };
}

/** Sends packets one by one through the rules in a kernel. In the order of the packets. */
export async function sendLive(node: LiveNode, packets: readonly LivePacket[]): Promise<readonly Sent[]> {
	const results = await sendPackets(
		labOf(node, packets),
		packets.map((packet, index) => labPacket(node, packet, index)),
	);
	return sentOf(packets, results.map(recordReader(node.state)));
}

/** Packets with what the kernel did to each, in the same order. */
export function sentOf(packets: readonly LivePacket[], recorded: readonly Recorded[]): readonly Sent[] {
	return packets.flatMap((packet, index) => {
		const one = recorded[index];
		const before = packet.client === "remembered" ? recorded[index - 1]?.destination : undefined;
		return one === undefined ? [] : { packet, recorded: one, affinity: before && hostPort(before.ip, before.port) };
	});
}

/** Rules ready to be traced, on the node that the kernel has. */
export function liveTracer({ network, family }: Pick<LiveNode, "network" | "family">, state: NodeState): Tracer {
	return newTracer(state, { ips: NODE_IPS, interfaces: interfacesOf(network, family) });
}

/** Packets that trace treats in another way than the kernel did. */
export function liveDifferences(
	{ variant }: LiveNode,
	tracer: Tracer,
	sent: readonly Sent[],
): readonly SentDifference[] {
	return sentDifferences(tracer, sent, variant === "legacy" ? "all" : "first");
}

/** A packet that trace treats in another way than the kernel did. */
export type SentDifference = TraceDifference & { readonly packet: LivePacket };

/** All such packets. */
export function sentDifferences(tracer: Tracer, sent: readonly Sent[], marks: Marks): readonly SentDifference[] {
	return sent.flatMap(({ packet, recorded, affinity }) => {
		const outcomes = tracer.trace(toTrace(packet), { affinity });
		const difference = traceDifference(recorded, outcomes, marks);
		return difference === undefined ? [] : { packet, ...difference };
	});
}

/** The packet as it is traced. */
export function toTrace({ from, to, port, protocol, inInterface }: LivePacket): Packet {
	return { from, to, port, protocol, inInterface, isFromNode: inInterface === undefined };
}
