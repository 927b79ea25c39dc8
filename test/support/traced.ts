import { backends } from "../../src/index.ts";
import { parseIptables } from "../../src/lang/iptables/parse.ts";
import type { NodeState } from "../../src/lang/node-state.ts";
import { type IP, parseIP } from "../../src/net/ip.ts";
import type { Outcome } from "../../src/trace/outcome.ts";
import type { Packet } from "../../src/trace/packet.ts";
import { newTracer } from "../../src/trace/trace.ts";
import { shopModel } from "./diff-shop.ts";

/** A packet with what becomes of it. */
export interface Traced {
	readonly packet: Packet;
	readonly outcomes: readonly Outcome[];
}

const NODE = parseIP("192.0.2.11") as IP;

/** A TCP packet to `to:port`; the node sends it when `from` is its address. */
export function packetOf(from: string, to: string, port: number): Packet {
	const isFromNode = from === NODE;
	return { from: from as IP, to: to as IP, port, protocol: "tcp", isFromNode, inInterface: undefined };
}

/** Follows a packet through what worker-1 of the shop has in one of the modes. */
export function tracedInShop(packet: Packet, mode: "iptables" | "ipvs" = "iptables"): Traced {
	return tracedIn(
		backends[mode]((backend) => backend.state(backend.build(shopModel("ipv4")))),
		packet,
	);
}

/** Follows a packet through the lines of an IPv4 dump, on a node with the address 192.0.2.11. */
export function tracedInDump(text: string, packet: Packet): Traced {
	const { sections, problems } = parseIptables(text, "save");
	if (problems.length > 0) throw new Error(JSON.stringify(problems[0]));
	const nothingElse = { virtualServers: undefined, sets: undefined, dummyIPs: undefined };
	return tracedIn({ family: "ipv4", iptables: sections[0]?.tables, ...nothingElse, extent: "node" }, packet);
}

function tracedIn(state: NodeState, packet: Packet): Traced {
	return { packet, outcomes: newTracer(state, { ips: [NODE], interfaces: [] }).trace(packet) };
}

/** Rules of a node where one Service has so many endpoints, written as kube-proxy does. */
export function dumpWithEndpoints(count: number): string {
	const chain = (index: number): string => `KUBE-SEP-${"A".repeat(11)}${base32(index)}`;
	const ip = (index: number): string => `10.244.${index >> 8}.${index & 255}`;
	const all = Array.from({ length: count }, (_, index) => index);
	const lots = all.map((index) => {
		const lot =
			index === count - 1 ? "" : ` -m statistic --mode random --probability ${(1 / (count - index)).toFixed(11)}`;
		return `-A KUBE-SVC-BBBBBBBBBBBBBBBB -m comment --comment "shop/big -> ${ip(index)}:80"${lot} -j ${chain(index)}`;
	});
	const ends = all.map(
		(index) =>
			`-A ${chain(index)} -p tcp -m comment --comment "shop/big" -m tcp -j DNAT --to-destination ${ip(index)}:80`,
	);
	return [
		"*nat",
		":PREROUTING ACCEPT [0:0]",
		":KUBE-SERVICES - [0:0]",
		":KUBE-SVC-BBBBBBBBBBBBBBBB - [0:0]",
		...all.map((index) => `:${chain(index)} - [0:0]`),
		'-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
		'-A KUBE-SERVICES -d 10.96.0.9/32 -p tcp -m comment --comment "shop/big cluster IP" -m tcp --dport 80 -j KUBE-SVC-BBBBBBBBBBBBBBBB',
		...lots,
		...ends,
		"COMMIT",
		"",
	].join("\n");
}

function base32(number: number): string {
	return Array.from({ length: 5 }, (_, digit) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[(number >> (5 * digit)) & 31])
		.reverse()
		.join("");
}
