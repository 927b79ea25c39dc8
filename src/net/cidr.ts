import ipaddr from "ipaddr.js";
import { type Family, familyOf, type IP, parseIP } from "./ip.ts";

/** A network: address without host bits, and prefix length (0-32 or 0-128). */
export interface CIDR {
	readonly family: Family;
	readonly network: IP;
	readonly prefixLength: number;
}

/**
 * Parses `address/length`, masks the host bits; undefined when it is none.
 *
 * Leading zeros are accepted in octets and in the length (`203.0.113.000/025`). An IPv4-mapped network of at least
 * 96 bits is IPv4.
 *
 * Source: spec section 1.4.
 */
export function parseCIDR(text: string): CIDR | undefined {
	const { address, length } = splitCIDR(text) ?? {};
	if (address === undefined || length === undefined) return undefined;
	const ip = parseIP(address);
	if (ip === undefined) return undefined;
	const isMapped = address.includes(":") && familyOf(ip) === "ipv4";
	const prefixLength = isMapped ? length - 96 : length;
	const family = familyOf(ip);
	if (prefixLength < 0 || prefixLength > addressBits(family)) return undefined;
	return { family, network: networkOf(ip, prefixLength), prefixLength };
}

/** The network that holds just this address. */
export function hostCIDR(ip: IP): CIDR {
	const family = familyOf(ip);
	return { family, network: ip, prefixLength: addressBits(family) };
}

/** `network/length`. */
export function printCIDR(cidr: CIDR): string {
	return `${cidr.network}/${cidr.prefixLength}`;
}

/** Whether an address lies in a network; false across families. */
export function contains(cidr: CIDR, ip: IP): boolean {
	if (cidr.family !== familyOf(ip)) return false;
	return networkOf(ip, cidr.prefixLength) === cidr.network;
}

/** 32 or 128. */
export function addressBits(family: Family): 32 | 128 {
	return family === "ipv4" ? 32 : 128;
}

function splitCIDR(text: string): { address: string; length: number } | undefined {
	const [, address, length] = /^([^/]{1,64})\/(\d{1,8})$/.exec(text) ?? [];
	return address === undefined || length === undefined ? undefined : { address, length: Number(length) };
}

function networkOf(ip: IP, prefixLength: number): IP {
	if (familyOf(ip) === "ipv4") {
		return ipaddr.IPv4.networkAddressFromCIDR(`${ip}/${prefixLength}`).toString() as IP;
	}
	return ipaddr.IPv6.networkAddressFromCIDR(`${ip}/${prefixLength}`).toRFC5952String() as IP;
}
