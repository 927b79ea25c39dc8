import { type KeyedHash, keyedHash } from "../hash/keyed-hash.ts";
import type { IP } from "../net/ip.ts";
import { bytesOfIP, ipOfBytes } from "../net/ip-bytes.ts";
import { SPECIAL_NETWORKS } from "./special-networks.ts";

/** Takes an address to another of its family, the same for the same address. */
export type AddressMap = (ip: IP) => IP;

/**
 * A one-to-one mapping that keeps prefixes, and nothing else: two addresses share exactly as many leading bits
 * afterwards as before, so that an address lies in the same networks. Special networks are taken to themselves; for that,
 * the leading bits that tell them apart from others stay as they are.
 *
 * Each bit is turned over or not as a keyed hash of the bits before it says (as Crypto-PAn does).
 */
export function newAddressMap(key: string): AddressMap {
	const flipsAfter = newFlips(keyedHash(`svcnat addresses ${key}`));
	const known = new Map<IP, IP>();
	return (ip) => {
		const earlier = known.get(ip);
		if (earlier !== undefined) return earlier;
		const mapped = ipOfBytes(mapBytes(bytesOfIP(ip), flipsAfter));
		known.set(ip, mapped);
		return mapped;
	};
}

/**
 * For the bits of the byte behind some leading bytes: 256 bits, of which number `2 ** d + p` says whether the bit behind
 * the `d` bits with the value `p` is turned over.
 */
type FlipsAfter = (length: number, leading: readonly number[]) => Uint8Array;

/** One hash for each byte; most addresses of a cluster share all but the last. */
function newFlips(hash: KeyedHash): FlipsAfter {
	const known = new Map<string, Uint8Array>();
	return (length, leading) => {
		const place = `${length} ${leading.join(".")}`;
		const earlier = known.get(place);
		if (earlier !== undefined) return earlier;
		const flips = hash([length, ...leading]);
		known.set(place, flips);
		return flips;
	};
}

function mapBytes(bytes: readonly number[], flipsAfter: FlipsAfter): readonly number[] {
	let special = SPECIAL.filter(({ bits }) => bits === bytes.length * 8);
	return bytes.map((byte, at) => {
		const flips = flipsAfter(bytes.length, bytes.slice(0, at));
		let mapped = 0;
		for (let depth = 0; depth < 8; depth++) {
			const bit = (byte >> (7 - depth)) & 1;
			const inFront = at * 8 + depth;
			// A special network below these bits: to turn the next one over would take the network elsewhere.
			special = special.filter(({ length }) => length > inFront);
			const flip = special.length > 0 ? 0 : bitOf(flips, (1 << depth) + (byte >> (8 - depth)));
			special = special.filter((network) => bitOf(network.bytes, inFront) === bit);
			mapped = (mapped << 1) | (bit ^ flip);
		}
		return mapped;
	});
}

/** Bit number 0 is the highest one of the first byte. */
function bitOf(bytes: ArrayLike<number>, index: number): number {
	return ((bytes[index >> 3] ?? 0) >> (7 - (index & 7))) & 1;
}

interface SpecialNetwork {
	readonly bytes: readonly number[];
	/** Of an address: 32 or 128. */
	readonly bits: number;
	/** Of the prefix. */
	readonly length: number;
}

const SPECIAL: readonly SpecialNetwork[] = SPECIAL_NETWORKS.map((text) => {
	const [address = "", length = ""] = text.split("/");
	const bytes = bytesOfIP(address as IP);
	return { bytes, bits: bytes.length * 8, length: Number(length) };
});
