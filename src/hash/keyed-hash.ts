import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

/** Gives 32 bytes for a message, the same for the same message; without the key nobody can tell which. */
export type KeyedHash = (message: readonly number[]) => Uint8Array;

/** HMAC-SHA-256 under a key of any length. */
export function keyedHash(key: string): KeyedHash {
	const bytes = utf8ToBytes(key);
	return (message) => hmac(sha256, bytes, Uint8Array.from(message));
}
