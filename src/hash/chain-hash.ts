import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

/** RFC 4648, upper case. */
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** What a chain name keeps of a hash: 16 characters of 5 bits. */
const KEPT_BITS = 80;

// Scratch space that never leaves this file: big clusters have hundreds of thousands of chains, and a hash object for
// each would take most of the time.
const untouched = sha256.create();
const hash = sha256.create();
const digest = new Uint8Array(hash.outputLen);

/**
 * First 16 characters of the base32 text of the SHA-256 of `text`: 80 bits, as in kube-proxy's chain names.
 *
 *     chainHash("ns1/svc1:p80tcp") === "XPGD46QRK7WJZT7O"
 *
 * Source: spec section 4.
 */
export function chainHash(text: string): string {
	untouched._cloneInto(hash);
	hash.update(bytesOf(text)).digestInto(digest);
	return base32(digest);
}

/** UTF-8. Names and addresses are ASCII, for which a loop is faster than a TextEncoder. */
function bytesOf(text: string): Uint8Array {
	const bytes = new Uint8Array(text.length);
	for (let index = 0; index < text.length; index++) {
		const code = text.charCodeAt(index);
		if (code > 127) return utf8ToBytes(text);
		bytes[index] = code;
	}
	return bytes;
}

/** Each five bits lie in two neighbouring bytes. */
function base32(bytes: Uint8Array): string {
	const codes: number[] = [];
	for (let bit = 0; bit < KEPT_BITS; bit += 5) {
		const at = bit >> 3;
		const pair = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
		codes.push(BASE32.charCodeAt((pair >> (11 - (bit & 7))) & 31));
	}
	return String.fromCharCode(...codes);
}
