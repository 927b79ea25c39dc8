import ipaddr from "ipaddr.js";

/** An IP family, named as on the command line. */
export type Family = "ipv4" | "ipv6";

declare const ipBrand: unique symbol;

/** An IP address as canonical text: dotted quad without leading zeros, or RFC 5952 IPv6 in lower case. No prefix, no zone. */
export type IP = string & { readonly [ipBrand]: true };

const CANONICAL_V4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const LOOSE_V4 = /^(\d{1,16})\.(\d{1,16})\.(\d{1,16})\.(\d{1,16})$/;
const V6_CHARACTERS = /^[0-9a-fA-F:.]{2,64}$/;

/**
 * Parses an address the way kube-proxy does; undefined when it is none.
 *
 * IPv4 octets are decimal and may have leading zeros (`010.0.0.1` is 10.0.0.1, not octal). IPv4-mapped IPv6
 * (`::ffff:10.0.0.1`) is IPv4. Zones (`fe80::1%eth0`), prefixes and surrounding blanks are refused.
 *
 * Source: spec section 1.4, case 94-odd-addresses.
 */
export function parseIP(text: string): IP | undefined {
	if (CANONICAL_V4.test(text)) return text as IP;
	if (!text.includes(":")) return parseLooseV4(text);
	return parseV6(text);
}

/** The family of an address. */
export function familyOf(ip: IP): Family {
	return ip.includes(":") ? "ipv6" : "ipv4";
}

/** `ip:port`, with brackets around IPv6. */
export function hostPort(ip: string, port: number): string {
	return ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** True for 127.0.0.0/8 and ::1. */
export function isLoopback(ip: IP): boolean {
	return ip === "::1" || ip.startsWith("127.");
}

function parseLooseV4(text: string): IP | undefined {
	const octets = LOOSE_V4.exec(text)?.slice(1).map(Number);
	if (octets === undefined || octets.some((octet) => octet > 255)) return undefined;
	return octets.join(".") as IP;
}

function parseV6(text: string): IP | undefined {
	if (!V6_CHARACTERS.test(text)) return undefined;
	const hex = text.includes(".") ? withoutDottedTail(text) : text;
	if (hex === undefined || !ipaddr.IPv6.isValid(hex)) return undefined;
	const address = ipaddr.IPv6.parse(hex);
	if (address.isIPv4MappedAddress()) return address.toIPv4Address().toString() as IP;
	return address.toRFC5952String() as IP;
}

/**
 * `64:ff9b::192.0.2.1` as `64:ff9b::c000:201`; undefined when the end is no address. The library reads the dotted part by other rules
 * than ours.
 */
export function withoutDottedTail(text: string): string | undefined {
	const start = text.lastIndexOf(":") + 1;
	const v4 = parseLooseV4(text.slice(start));
	if (v4 === undefined) return undefined;
	const [a = 0, b = 0, c = 0, d = 0] = v4.split(".").map(Number);
	return `${text.slice(0, start)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}
