import { parseIPv6Bytes, printIPv6Bytes } from "../../net/ip-bytes.ts";

/** What can be a member of a set of addresses. */
interface Range {
	readonly first: bigint;
	readonly last: bigint;
}

/** An address as a number, and how many bits it has. */
interface Address {
	readonly value: bigint;
	readonly bits: 32 | 128;
}

/**
 * Addresses and networks as nft 1.0.6 shows a set of them: sorted; and when one of them is a network, even of one address, those
 * that overlap or touch are merged, what is not a network then being `FIRST-LAST`. A single member stays what it is. Undefined
 * when one of them is neither.
 *
 *     ["10.0.1.0/24", "10.0.0.0/24", "192.0.2.7"]  is  ["10.0.0.0/23", "192.0.2.7"]
 *
 * Source: spec section 12.5.
 */
export function listedMembers(members: readonly string[]): readonly string[] | undefined {
	const ranges = members.flatMap((member) => parseRange(member) ?? []);
	const bits = parseAddress(members[0]?.split(/[/-]/)[0] ?? "")?.bits;
	if (ranges.length < members.length || bits === undefined) return undefined;
	const sorted = ranges.sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
	const hasNetworks = members.some((member) => /[/-]/.test(member));
	return (hasNetworks ? merged(sorted) : distinct(sorted)).map((range) => printRange(range, bits));
}

/** One address or network as nft shows it: host bits cleared, no length for a single address; other texts stay. */
export function listedAddress(text: string): string {
	return listedMembers([text])?.[0] ?? text;
}

/** The same where an address stands among other things: IPv6 ones have several spellings, all others are left alone. */
export function listedIP(text: string): string {
	return text.includes(":") ? listedAddress(text) : text;
}

function merged(sorted: readonly Range[]): readonly Range[] {
	const out: Range[] = [];
	for (const range of sorted) {
		const before = out.at(-1);
		if (before === undefined || range.first > before.last + 1n) out.push(range);
		else if (range.last > before.last) out[out.length - 1] = { first: before.first, last: range.last };
	}
	return out;
}

function distinct(sorted: readonly Range[]): readonly Range[] {
	return sorted.filter(({ first }, index) => first !== sorted[index - 1]?.first);
}

function parseRange(text: string): Range | undefined {
	const [, first = "", slash, length = "", last = ""] = /^([^/-]+)(?:(\/)(\d{1,3})|-([^/-]+))?$/.exec(text) ?? [];
	const start = parseAddress(first);
	if (start === undefined) return undefined;
	if (last !== "") {
		const end = parseAddress(last);
		return end?.bits === start.bits && end.value >= start.value ? { first: start.value, last: end.value } : undefined;
	}
	const size = slash === undefined ? start.bits : numberOf(length);
	if (size === undefined || size > start.bits) return undefined;
	const host = (1n << BigInt(start.bits - size)) - 1n;
	return { first: start.value & ~host, last: start.value | host };
}

function parseAddress(text: string): Address | undefined {
	if (text.includes(":")) {
		const bytes = parseIPv6Bytes(text);
		return bytes && { value: numberFrom(bytes), bits: 128 };
	}
	const octets = text.split(".").map(numberOf);
	const known = octets.flatMap((octet) => (octet === undefined || octet > 255 ? [] : octet));
	return octets.length === 4 && known.length === 4 ? { value: numberFrom(known), bits: 32 } : undefined;
}

/** nft reads numbers as C does: with a leading zero they are octal. */
function numberOf(text: string): number | undefined {
	if (/^(?:0|[1-9]\d{0,2})$/.test(text)) return Number(text);
	return /^0[0-7]{1,8}$/.test(text) ? Number.parseInt(text, 8) : undefined;
}

function numberFrom(bytes: readonly number[]): bigint {
	return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function printRange({ first, last }: Range, bits: 32 | 128): string {
	const size = last - first + 1n;
	const hostBits = size.toString(2).length - 1;
	const isNetwork = size === 1n << BigInt(hostBits) && first % size === 0n;
	if (!isNetwork) return `${printAddress(first, bits)}-${printAddress(last, bits)}`;
	return hostBits === 0 ? printAddress(first, bits) : `${printAddress(first, bits)}/${bits - hostBits}`;
}

function printAddress(value: bigint, bits: 32 | 128): string {
	const bytes = Array.from({ length: bits / 8 }, (_, index) => Number((value >> BigInt(bits - 8 - index * 8)) & 255n));
	if (bits === 32) return bytes.join(".");
	const last = bytes.slice(12).join(".");
	const words = Array.from({ length: 8 }, (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0));
	// The C library's way for addresses that hold an IPv4 address.
	if (words.slice(0, 6).every((word) => word === 0) && words[6] !== 0) return `::${last}`;
	if (words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff) return `::ffff:${last}`;
	return printIPv6Bytes(bytes);
}
