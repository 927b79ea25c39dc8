import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

/** RFC 4648, upper case. */
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * First 16 characters of the base32 text of the SHA-256 of `text`: 80 bits, as in kube-proxy's chain names.
 *
 *     chainHash("ns1/svc1:p80tcp") === "XPGD46QRK7WJZT7O"
 *
 * Source: spec section 4.
 */
export function chainHash(text: string): string {
	const digest = sha256(utf8ToBytes(text));
	return base32Of5(digest, 0) + base32Of5(digest, 5);
}

/** Eight characters for five bytes. */
function base32Of5(bytes: Uint8Array, at: number): string {
	const [a = 0, b = 0, c = 0, d = 0, e = 0] = bytes.subarray(at, at + 5);
	return (
		digit(a >> 3) +
		digit((a << 2) | (b >> 6)) +
		digit(b >> 1) +
		digit((b << 4) | (c >> 4)) +
		digit((c << 1) | (d >> 7)) +
		digit(d >> 2) +
		digit((d << 3) | (e >> 5)) +
		digit(e)
	);
}

function digit(value: number): string {
	return BASE32.charAt(value & 31);
}
