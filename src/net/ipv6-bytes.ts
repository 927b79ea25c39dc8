import ipaddr from "ipaddr.js";
import { withoutDottedTail } from "./ip.ts";

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
