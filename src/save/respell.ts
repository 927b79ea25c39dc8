import { addressBits, type CIDR, parseCIDR, printCIDR } from "../net/cidr.ts";
import { type IP, parseIP } from "../net/ip.ts";
import { bytesOfIP } from "../net/ip-bytes.ts";
import type { AddressMap } from "./map-address.ts";

/**
 * The address for which `text` stands, mapped; undefined when it is none. What was spelled in an odd way is spelled in an
 * odd way again, because kube-proxy 1.30 copies spellings: leading zeros, IPv4 as IPv6, or all digits of IPv6.
 */
export function mapAddressText(map: AddressMap, text: string): string | undefined {
	const ip = parseIP(text);
	if (ip === undefined) return undefined;
	const mapped = map(ip);
	if (text === ip) return mapped;
	if (ip.includes(":")) return expanded(mapped);
	return text.includes(":") ? `::ffff:${mapped}` : `0${mapped}`;
}

const ALL = ["0.0.0.0/0", "::/0"];

/**
 * The network for which `text` stands, mapped; undefined when it is none. Up to 1.33 a network of length 0 means all
 * addresses only in the usual spelling, so every other spelling becomes another one.
 */
export function mapNetworkText(map: AddressMap, text: string): string | undefined {
	const cidr = parseCIDR(text);
	if (cidr === undefined) return undefined;
	if (cidr.prefixLength > 0) return printMapped(map, cidr);
	return ALL.includes(text) ? text : `${printCIDR(cidr)}0`;
}

function printMapped(map: AddressMap, { family, network, prefixLength }: CIDR): string {
	const text = `${map(network)}/${prefixLength}`;
	if (prefixLength === addressBits(family)) return text;
	const mapped = parseCIDR(text);
	return mapped === undefined ? text : printCIDR(mapped);
}

/** All eight groups with four digits each, in capitals. */
function expanded(ip: IP): string {
	const digits = bytesOfIP(ip).map((byte) => byte.toString(16).padStart(2, "0"));
	return Array.from({ length: 8 }, (_, group) => digits.slice(group * 2, group * 2 + 2).join(""))
		.join(":")
		.toUpperCase();
}
