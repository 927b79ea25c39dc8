import type { CIDR } from "../net/cidr.ts";
import { type Family, type IP, parseIP } from "../net/ip.ts";
import type { Protocol } from "../net/protocol.ts";

/** The first packet of a connection. */
export interface Packet {
	readonly from: IP;
	readonly to: IP;
	/** 0-65535; the source port is not looked at. */
	readonly port: number;
	readonly protocol: Protocol;
	/** The node itself sends it; else it arrives. */
	readonly isFromNode: boolean;
	/** Through which interface it arrives; undefined: not known. */
	readonly inInterface: string | undefined;
}

/** What the kernel of the node knows beside its rules. */
export interface NodeAddresses {
	/** The node's own addresses, primary first, both families. */
	readonly ips: readonly IP[];
	/** Further interfaces with their addresses and the networks behind them. */
	readonly interfaces: readonly InterfaceNetwork[];
}

/** An address on an interface. */
export interface InterfaceNetwork {
	readonly name: string;
	readonly ip: IP;
	/** Which addresses are reached through it. */
	readonly network: CIDR;
}

/** Where the kernel asks rules, in its words. */
export type Hook = (typeof HOOKS)[number];

/** Every such place. */
export const HOOKS = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"] as const;

/** How likely a rule matches, 0-1; undefined: nobody can tell. */
export type Chance = number | undefined;

/** Where in the kernel a question is asked. */
export interface Place {
	readonly hook: Hook;
	/** Undefined: not known. Empty: there is none, as for a packet that the node sends. */
	readonly inInterface: string | undefined;
	readonly outInterface: string | undefined;
	/** Conntrack has seen the packet. */
	readonly isTracked: boolean;
}

/** Stand for clients somewhere else: addresses for tests of networks, which nobody has (RFC 2544, RFC 3849). */
export const OUTSIDE_CLIENTS: Readonly<Record<Family, IP>> = {
	ipv4: parseIP("198.18.0.77") as IP,
	ipv6: parseIP("2001:db8:ffff::77") as IP,
};
