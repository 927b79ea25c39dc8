import type { Model } from "../../src/index.ts";
import { pick, type Random } from "./diff-random.ts";
import type { LivePacket } from "./trace-live.ts";
import type { NodeNetwork } from "./trace-network.ts";
import { sendersOf } from "./trace-senders.ts";
import { targetsOf } from "./trace-targets.ts";

/** How packets are chosen. */
export interface PacketChoice {
	readonly random: Random;
	/** At least so many; a client with session affinity sends everything twice. */
	readonly count: number;
}

/** Packets of every kind to what a cluster offers and to what it does not. */
export function packetsFor(model: Model, network: NodeNetwork, choice: PacketChoice): readonly LivePacket[] {
	const { random, count } = choice;
	const packets: LivePacket[] = [];
	while (packets.length < count) {
		const servicePort = pick(random, model.servicePorts);
		const target = pickFromKind(random, targetsOf(servicePort, network, model.family));
		if (target === undefined) break;
		const endpoints = servicePort?.endpoints ?? [];
		const sender = pickFromKind(random, sendersOf({ to: target.to, endpoints, network, family: model.family }));
		if (sender === undefined) break;
		const packet = { ...target, ...sender, kind: `${target.kind} from ${sender.kind}`, client: "new" } as const;
		packets.push(packet);
		if (servicePort?.affinitySeconds !== undefined) packets.push({ ...packet, client: "remembered" });
	}
	return packets;
}

/** Kinds are equally likely, however many there are of each. */
function pickFromKind<T extends { readonly kind: string }>(random: Random, all: readonly T[]): T | undefined {
	const kind = pick(random, [...new Set(all.map((one) => one.kind))]);
	return pick(
		random,
		all.filter((one) => one.kind === kind),
	);
}
