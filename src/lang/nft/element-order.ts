import { parseIPv6Bytes } from "../../net/ip-bytes.ts";
import type { Element } from "./table.ts";

const PROTOCOL_NUMBERS: Readonly<Record<string, number>> = { tcp: 6, udp: 17, sctp: 132 };

/**
 * Elements as nft 1.0.6 shows them: the kernel keeps no order, and nft sorts by the key taken as one number. Addresses are numbers
 * as everybody reads them; a key of several parts is read backwards, from its last byte, on machines that have the low byte first.
 *
 * Source: spec section 12.5.
 */
export function inListedOrder(elements: readonly Element[]): readonly Element[] {
	if (elements.length < 2) return elements;
	const keyed = elements.map((element) => ({ element, bytes: orderBytes(element.key) }));
	return keyed.sort((a, b) => compareBytes(a.bytes, b.bytes)).map(({ element }) => element);
}

/** Each part of a key of several is filled up to a multiple of four bytes. */
function orderBytes(key: readonly string[]): readonly number[] {
	const bytes = key.map(bytesOf);
	if (bytes.length === 1) return bytes.flat();
	return bytes.flatMap((part) => [...part, ...new Array<number>(-part.length & 3).fill(0)]).reverse();
}

/** An address, a protocol by name, or a port; other texts by their characters. */
function bytesOf(text: string): readonly number[] {
	const protocol = PROTOCOL_NUMBERS[text];
	if (protocol !== undefined) return [protocol];
	if (/^\d{1,5}$/.test(text)) return [Number(text) >> 8, Number(text) & 255];
	if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return text.split(".").map(Number);
	return parseIPv6Bytes(text) ?? [...text].map((character) => character.charCodeAt(0));
}

function compareBytes(a: readonly number[], b: readonly number[]): number {
	const at = a.findIndex((byte, index) => byte !== b[index]);
	return at === -1 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? 0);
}
