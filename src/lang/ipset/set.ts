import type { Family } from "../../net/ip.ts";
import type { Protocol } from "../../net/protocol.ts";

/** Sets of the kernel (ipset), as data. Entries have no order. */
export type IpSet = AddressSet | AddressPortSet | AddressPortAddressSet | AddressPortNetworkSet | PortSet;

/** What every kind has. */
interface SetBase<Type extends string, Entry> {
	/** At most 31 characters; the kernel refuses more. */
	readonly name: string;
	readonly type: Type;
	readonly entries: readonly Entry[];
}

/** What sets with addresses have. */
interface HashSet<Type extends string, Entry> extends SetBase<Type, Entry> {
	readonly family: Family;
}

/** Addresses. */
export type AddressSet = HashSet<"hash:ip", AddressEntry>;

/** Addresses with protocol and port. */
export type AddressPortSet = HashSet<"hash:ip,port", AddressPortEntry>;

/** Addresses with protocol, port and a second address. */
export type AddressPortAddressSet = HashSet<"hash:ip,port,ip", AddressPortAddressEntry>;

/** Addresses with protocol, port and a network. */
export type AddressPortNetworkSet = HashSet<"hash:ip,port,net", AddressPortNetworkEntry>;

/** Ports of any protocol, 0-65535. */
export type PortSet = SetBase<"bitmap:port", PortEntry>;

/** Canonical addresses throughout, without brackets. */
export interface AddressEntry {
	readonly ip: string;
}

export interface AddressPortEntry extends AddressEntry {
	readonly protocol: Protocol;
	readonly port: number;
}

export interface AddressPortAddressEntry extends AddressPortEntry {
	readonly ip2: string;
}

export interface AddressPortNetworkEntry extends AddressPortEntry {
	/** Host bits are 0. */
	readonly network: string;
	/** 1-32 or 1-128: the kernel has no room for length 0. */
	readonly prefixLength: number;
}

export interface PortEntry {
	readonly port: number;
}

/** The longest name the kernel takes. */
export const LONGEST_SET_NAME = 31;
