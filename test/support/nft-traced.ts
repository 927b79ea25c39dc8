import { expect } from "vitest";
import type { IP } from "../../src/net/ip.ts";
import type { Outcome } from "../../src/trace/outcome.ts";
import type { Packet } from "../../src/trace/packet.ts";
import { newTracer, type TraceOptions } from "../../src/trace/trace.ts";
import { tablesIn } from "./trace-nft-cluster.ts";

const IPS = ["192.0.2.11", "2001:db8::11"] as readonly string[] as readonly IP[];

/** Somebody outside dials 10.1.1.1 by TCP. */
export const PACKET: Packet = {
	from: "198.18.0.77" as IP,
	to: "10.1.1.1" as IP,
	port: 80,
	protocol: "tcp",
	isFromNode: false,
	inInterface: undefined,
};

/** What becomes of a packet on a node with these tables, as nft lists them. */
export function throughTables(
	listing: string,
	packet: Partial<Packet> = {},
	options: TraceOptions & { readonly ips?: readonly IP[] } = {},
): readonly Outcome[] {
	const nothingElse = { iptables: undefined, virtualServers: undefined, sets: undefined, dummyIPs: undefined };
	const whole = { ...PACKET, ...packet };
	const family = whole.to.includes(":") ? "ipv6" : "ipv4";
	const state = { family, ...nothingElse, nft: tablesIn(listing), extent: "node" } as const;
	const outcomes = newTracer(state, { ips: options.ips ?? IPS, interfaces: [] }).trace(whole, options);
	expect(outcomes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
	return outcomes;
}

/** A base chain with rules. */
export function chain(name: string, hook: string, rules: readonly string[], policy = "accept"): string {
	return `chain ${name} {\n\t\t${hook}; policy ${policy};\n${rules.map((rule) => `\t\t${rule}\n`).join("")}\t}`;
}

/** A table with sets and chains, as nft lists it. */
export function table(name: string, blocks: readonly string[]): string {
	return `table ${name} {\n${blocks.map((block) => `\t${block}\n`).join("")}}\n`;
}

/** A chain that only rules lead to. */
export function ownChain(name: string, rules: readonly string[]): string {
	return `chain ${name} {\n${rules.map((rule) => `\t\t${rule}\n`).join("")}\t}`;
}

export const FORWARD = "type filter hook forward priority filter";
export const PREROUTING = "type nat hook prerouting priority dstnat";
export const POSTROUTING = "type nat hook postrouting priority srcnat";
