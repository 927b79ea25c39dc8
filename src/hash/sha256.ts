import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

/** Gives the SHA-256 of a text's UTF-8 as 32 characters, one a byte. */
export type SHA256 = (text: string) => string;

/** As far as it is used: crypto of Node. */
interface NodeCrypto {
	readonly hash: (algorithm: "sha256", text: string, encoding: "latin1") => string;
}

/** Node's own, absent in browsers. An import could not be absent there. */
declare const process: { readonly getBuiltinModule?: (name: "node:crypto") => NodeCrypto | undefined } | undefined;

/** In plain JavaScript, for every engine. */
export const portableSHA256: SHA256 = (text) => String.fromCharCode(...sha256(utf8ToBytes(text)));

/** Big clusters have hundreds of thousands of chains, and Node hashes three times as fast. */
export const fastestSHA256: SHA256 = nodeSHA256() ?? portableSHA256;

function nodeSHA256(): SHA256 | undefined {
	const crypto = typeof process === "undefined" ? undefined : process.getBuiltinModule?.("node:crypto");
	return crypto && ((text) => crypto.hash("sha256", text, "latin1"));
}
