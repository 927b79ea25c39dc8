import { backends, type Family, type KubeVersion } from "../../src/index.ts";
import { parseNftListing } from "../../src/lang/nft/parse-listing.ts";
import { printListing } from "../../src/lang/nft/print-listing.ts";
import type { NodeState } from "../../src/lang/node-state.ts";
import { modelOfCase, type ReadCase, readCase } from "./compile-case.ts";
import { type Capture, captures, oracleCases } from "./oracle.ts";
import { RANDOM_CASE } from "./oracle-exceptions.ts";

const NOTHING_ELSE = { iptables: undefined, virtualServers: undefined, sets: undefined, dummyIPs: undefined };

/** What a node has for which `nft list ruleset` printed this. Throws at a line that is not understood. */
export function nftStateOf(listing: string, family: Family): NodeState {
	const { tables, problems } = parseNftListing(listing);
	if (problems.length > 0) throw new Error(JSON.stringify(problems));
	const own = family === "ipv4" ? "ip" : "ip6";
	const nft = tables.filter((table) => table.family === own || table.family === "inet");
	return { family, ...NOTHING_ELSE, nft, extent: "node" };
}

/** What a node should have, as svcnat compiles it; undefined when the configuration is refused. */
export function compiledNft(read: ReadCase, version: KubeVersion, family: Family): NodeState | undefined {
	const model = modelOfCase(read, version, family, undefined, "nftables");
	return model && backends.nftables((backend) => backend.state(backend.build(model)));
}

/** What nft would list of a state. */
export function listingOf({ nft = [] }: NodeState): string {
	return printListing(nft);
}

/** What nft listed in a case. */
export interface NftCase {
	readonly name: string;
	readonly read: ReadCase;
	/** Each text with the oldest version that printed it. */
	readonly listings: readonly Capture[];
}

/** Too big to be looked at again and again. */
const LARGE = ["100-large-cluster", "101-large-cluster-edge-1000"];

/** Every captured case, but for the one of which kube-proxies make several things. */
export function nftCases(): readonly NftCase[] {
	return oracleCases().flatMap((oracleCase) => {
		const { name } = oracleCase;
		if (name === RANDOM_CASE) return [];
		const all = captures(name, "nftables").filter(({ file }) => file === "ruleset.txt");
		const listings = all.filter(({ text }, index) => text !== all[index - 1]?.text);
		return listings.length === 0 ? [] : [{ name, read: readCase(oracleCase), listings }];
	});
}

/** Those that are not large. */
export function smallNftCases(): readonly NftCase[] {
	return nftCases().filter(({ name }) => !LARGE.includes(name));
}

/** What a node has in a case at 1.36. */
export function newestState({ listings }: NftCase, family: Family): NodeState {
	return nftStateOf(listings.at(-1)?.text ?? "", family);
}
