import type { Family, IP } from "../../src/net/ip.ts";
import { pick, type Random } from "./diff-random.ts";
import type { LivePacket } from "./trace-live.ts";
import { type NodeNetwork, ownIPs } from "./trace-network.ts";
import { POOL, PORTS } from "./trace-rules.ts";

/** The node of rules that nobody has. */
export const RANDOM_NETWORK: NodeNetwork = {
	pods: { name: "pod0", isBridge: false, hasAddress: true },
	hasSecondCard: true,
};

/** A packet between addresses of the rules. */
export function randomPacket(random: Random, family: Family): LivePacket {
	const own = ownIPs(RANDOM_NETWORK, family);
	const to = pick(random, POOL[family]) as IP;
	const isFromNode = random() < 0.3;
	const from = isFromNode ? (own.includes(to) ? to : own[0]) : pick(random, POOL[family]);
	return {
		kind: "random",
		from: from as IP,
		to,
		port: pick(random, PORTS) ?? 80,
		protocol: pick(random, ["tcp", "udp", "sctp"] as const) ?? "tcp",
		inInterface: isFromNode ? undefined : pick(random, ["eth0", "eth1", "pod0"]),
		client: "new",
	};
}
