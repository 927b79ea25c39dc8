import type { Model, Protocol } from "../../src/index.ts";
import { addressBits, type CIDR } from "../../src/net/cidr.ts";
import { familyOf, type IP } from "../../src/net/ip.ts";
import type { Packet } from "../../src/trace/packet.ts";
import { type Random, shuffled } from "./diff-random.ts";
import type { IpvsNode } from "./ipvs-trace-cluster.ts";
import type { IpvsLab } from "./ipvs-trace-lab.ts";
import { PEERS } from "./ipvs-trace-peers.ts";
import type { LabPacket } from "./trace-lab.ts";

/** A packet to be sent and to be traced. */
export interface IpvsPacket extends Packet {
	/** `node port from outside`. */
	readonly kind: string;
}

interface Target {
	readonly kind: string;
	readonly to: IP;
	readonly port: number;
	readonly protocol: Protocol;
}

interface Sender {
	readonly kind: string;
	readonly from: IP;
	/** Undefined: the node sends it. */
	readonly inInterface: string | undefined;
}

type ServicePort = Model["servicePorts"][number];

const STRANGE_PORT = 4444;

/** Packets of every kind that a node can meet, each kind as often as the others, in the order of chance. */
export function packetsTo({ model, node, pods }: IpvsNode, random: Random, count: number): readonly IpvsPacket[] {
	const own = [...node.ips, ...node.interfaces.map(({ ip }) => ip)].filter((ip) => familyOf(ip) === model.family);
	const groups = new Map<string, IpvsPacket[]>();
	for (const servicePort of model.servicePorts) {
		for (const target of targetsOf(servicePort, model, own)) {
			for (const sender of sendersTo(target, servicePort, { model, own, pods: pods.name })) {
				const kind = `${target.kind} ${target.protocol} from ${sender.kind}`;
				const packet = { ...target, ...sender, kind, isFromNode: sender.inInterface === undefined };
				groups.set(kind, [...(groups.get(kind) ?? []), packet]);
			}
		}
	}
	const queues = shuffled(random, [...groups.values()]).map((group) => [...shuffled(random, group)]);
	const packets: IpvsPacket[] = [];
	while (packets.length < count && queues.some((queue) => queue.length > 0)) {
		for (const queue of queues) packets.push(...queue.splice(0, 1));
	}
	return packets.slice(0, count);
}

function targetsOf(servicePort: ServicePort, { family }: Model, own: readonly IP[]): readonly Target[] {
	const { clusterIP, port, protocol, nodePort, healthCheckNodePort, endpoints } = servicePort;
	const to = (kind: string, ips: readonly IP[], at: number = port): readonly Target[] =>
		ips.map((ip) => ({ kind, to: ip, port: at, protocol }));
	const policy = servicePort.external.policy;
	const { loopback, unknown } = PEERS[family];
	return [
		...to("cluster IP", [clusterIP]),
		...to(`external IP, ${policy}`, servicePort.externalIPs),
		...to(`load-balancer IP, ${policy}`, servicePort.loadBalancerIPs),
		...(nodePort === 0 ? [] : to(`node port, ${policy}`, own, nodePort)),
		...(nodePort === 0 ? [] : to("node port on loopback", [loopback as IP], nodePort)),
		...(healthCheckNodePort === 0 ? [] : [...own, clusterIP].flatMap((ip) => healthChecks(ip, healthCheckNodePort))),
		...endpoints.slice(0, 2).flatMap((one) => to("endpoint", [one.canonicalIP], one.port)),
		...to("unserved port of a cluster IP", [clusterIP], STRANGE_PORT),
		...to(
			"unserved port of a further address",
			[...servicePort.externalIPs, ...servicePort.loadBalancerIPs],
			STRANGE_PORT,
		),
		...to("unserved port of the node", own, STRANGE_PORT),
		...to("unknown address", unknown as readonly string[] as readonly IP[]),
	];
}

/** Only TCP is meant, but a set of ports says nothing of protocols. */
function healthChecks(to: IP, port: number): readonly Target[] {
	return (["tcp", "udp", "sctp"] as const).map((protocol) => ({ kind: "health-check node port", to, port, protocol }));
}

function sendersTo(
	{ to }: Target,
	{ endpoints, sourceRanges }: ServicePort,
	{ model, own, pods }: { readonly model: Model; readonly own: readonly IP[]; readonly pods: string },
): readonly Sender[] {
	const { outside, remotePod, pod, loopback } = PEERS[model.family];
	const from = (kind: string, ip: string, inInterface?: string): Sender => ({ kind, from: ip as IP, inInterface });
	const allowed = sourceRanges.filter(({ prefixLength }) => prefixLength > 0).map(inside);
	const mine = [...new Set([...own, ...(dummies(model).includes(to) ? [to] : []), loopback])];
	const fromNode = mine.map((ip) =>
		from(ip === to ? "the same address" : ip === loopback ? "loopback" : "the node", ip),
	);
	if (to === loopback) return fromNode;
	return [
		...fromNode,
		...outside.map((ip) => from("outside", ip, "eth0")),
		...allowed.filter((ip) => !own.includes(ip)).map((ip) => from("a source range", ip, "eth0")),
		from("a remote pod", remotePod, "eth0"),
		from("a pod", pod, pods),
		...endpoints
			.filter(({ canonicalIP }) => !own.includes(canonicalIP))
			.map(({ canonicalIP, isLocal }) =>
				isLocal ? from("an endpoint here", canonicalIP, pods) : from("an endpoint elsewhere", canonicalIP, "eth0"),
			),
	];
}

/** An address of a network. */
function inside({ family, network, prefixLength }: CIDR): IP {
	return (prefixLength === addressBits(family) ? network : network.replace(/0?$/, "9")) as IP;
}

function dummies({ servicePorts }: Model): readonly string[] {
	return servicePorts.flatMap(({ clusterIP, externalIPs, loadBalancerIPs }) => [
		clusterIP,
		...externalIPs,
		...loadBalancerIPs,
	]);
}

/** The lab in which these packets are sent and recorded. */
export function recordingLab(node: IpvsNode, packets: readonly IpvsPacket[]): IpvsLab {
	const { name, model, parts, network } = node;
	const job = { packets: packets.map((packet, index) => toSend(packet, index, node)) };
	return { name, family: model.family, parts, network, program: "send-packets", job };
}

function toSend({ from, to, port, protocol, inInterface }: IpvsPacket, index: number, { pods }: IpvsNode): LabPacket {
	const link = inInterface === pods.name ? pods.link : inInterface;
	// At first a bridge may not be ready yet.
	return { from, to, port, protocol, sourcePort: 20_000 + index, in: link, wait: index === 0 ? 0.2 : 0 };
}
