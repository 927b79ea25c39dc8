import ipaddr from "ipaddr.js";
import type { IP } from "./ip.ts";

/** The 4 or 16 bytes of an address, 0-255 each, first byte first. */
export function bytesOfIP(ip: IP): readonly number[] {
	return ipaddr.parse(ip).toByteArray();
}

/** The address of 4 or 16 bytes. The bytes must not be those of an IPv4-mapped address, which has no IPv6 text. */
export function ipOfBytes(bytes: readonly number[]): IP {
	const address = ipaddr.fromByteArray([...bytes]);
	return (address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString()) as IP;
}
