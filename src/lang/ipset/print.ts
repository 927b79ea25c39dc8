import { addressBits } from "../../net/cidr.ts";
import { unreachable } from "../../unreachable.ts";
import type { AddressPortNetworkSet, IpSet } from "./set.ts";

/** Room for entries at the start, and at most; what kube-proxy asks for. */
const HASH_OPTIONS = "hashsize 1024 maxelem 65536 bucketsize 12";

/**
 * Sets as `ipset save` 7.17 prints them, without `initval` (it is random) and with the `hashsize` of creation. `ipset
 * -exist restore` reads the same text.
 *
 *     create KUBE-CLUSTER-IP hash:ip,port family inet hashsize 1024 maxelem 65536 bucketsize 12
 *     add KUBE-CLUSTER-IP 10.96.0.1,tcp:443
 *
 * Source: spec of the IPVS mode, section 5.5.
 */
export function printSets(sets: readonly IpSet[]): string {
	return sets.map((set) => [createLine(set), ...entryLines(set), ""].join("\n")).join("");
}

function createLine(set: IpSet): string {
	if (set.type === "bitmap:port") return `create ${set.name} ${set.type} range 0-65535`;
	return `create ${set.name} ${set.type} family ${set.family === "ipv4" ? "inet" : "inet6"} ${HASH_OPTIONS}`;
}

function entryLines(set: IpSet): readonly string[] {
	return entryTexts(set).map((text) => `add ${set.name} ${text}`);
}

/** The entries as ipset writes them: `10.96.0.1,tcp:443`. IPv6 has no brackets. */
export function entryTexts(set: IpSet): readonly string[] {
	switch (set.type) {
		case "hash:ip":
			return set.entries.map(({ ip }) => ip);
		case "hash:ip,port":
			return set.entries.map(({ ip, protocol, port }) => `${ip},${protocol}:${port}`);
		case "hash:ip,port,ip":
			return set.entries.map(({ ip, protocol, port, ip2 }) => `${ip},${protocol}:${port},${ip2}`);
		case "hash:ip,port,net":
			return set.entries.map((entry) => `${entry.ip},${entry.protocol}:${entry.port},${networkText(set, entry)}`);
		case "bitmap:port":
			return set.entries.map(({ port }) => String(port));
		default:
			return unreachable(set);
	}
}

/** ipset prints a network of one address without its length. */
function networkText(set: AddressPortNetworkSet, entry: AddressPortNetworkSet["entries"][number]): string {
	const isHost = entry.prefixLength === addressBits(set.family);
	return isHost ? entry.network : `${entry.network}/${entry.prefixLength}`;
}
