import { fastestSHA256 } from "./sha256.ts";

/** RFC 4648, upper case. */
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Two characters for ten bits: `AA`, `AB` … */
const PAIRS = Array.from({ length: 1024 }, (_, bits) => `${BASE32.charAt(bits >> 5)}${BASE32.charAt(bits & 31)}`);

/**
 * First 16 characters of the base32 text of the SHA-256 of `text`: 80 bits, as in kube-proxy's chain names.
 *
 *     chainHash("ns1/svc1:p80tcp") === "XPGD46QRK7WJZT7O"
 *
 * Source: spec section 4.
 */
export function chainHash(text: string): string {
	const bytes = fastestSHA256(text);
	return fortyBits(bytes, 0) + fortyBits(bytes, 5);
}

/** Eight characters for five bytes. */
function fortyBits(bytes: string, at: number): string {
	const high = (bytes.charCodeAt(at) << 12) | (bytes.charCodeAt(at + 1) << 4) | (bytes.charCodeAt(at + 2) >> 4);
	const low = ((bytes.charCodeAt(at + 2) & 15) << 16) | (bytes.charCodeAt(at + 3) << 8) | bytes.charCodeAt(at + 4);
	return `${pairOf(high >> 10)}${pairOf(high & 1023)}${pairOf(low >> 10)}${pairOf(low & 1023)}`;
}

function pairOf(tenBits: number): string {
	return PAIRS[tenBits] ?? "";
}
