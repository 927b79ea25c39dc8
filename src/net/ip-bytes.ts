import ipaddr from "ipaddr.js";
import { type IP, withoutDottedTail } from "./ip.ts";

/** The 4 or 16 bytes of an address, 0-255 each, first byte first. */
export function bytesOfIP(ip: IP): readonly number[] {
	return ipaddr.parse(ip).toByteArray();
}

/** The address of 4 or 16 bytes. The bytes must not be those of an IPv4-mapped address, which has no IPv6 text. */
export function ipOfBytes(bytes: readonly number[]): IP {
	const address = ipaddr.fromByteArray([...bytes]);
	return (address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString()) as IP;
}

/** The 16 bytes of an IPv6 address, an IPv4-mapped one included; undefined when it is none, or has a zone. */
export function parseIPv6Bytes(text: string): readonly number[] | undefined {
	if (!text.includes(":") || text.includes("%")) return undefined;
	const hex = text.includes(".") ? withoutDottedTail(text) : text;
	return hex !== undefined && ipaddr.IPv6.isValid(hex) ? ipaddr.IPv6.parse(hex).toByteArray() : undefined;
}

/** 16 bytes as an address in the form of RFC 5952, without dotted parts. */
export function printIPv6Bytes(bytes: readonly number[]): string {
	return new ipaddr.IPv6([...bytes]).toRFC5952String();
}
