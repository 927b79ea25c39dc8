import type { Difference } from "./diff.ts";
import type { NftDifference } from "./nft/compare.ts";
import { SHARED } from "./owner.ts";
import { nftPlace, type RuleLine } from "./rule-line.ts";

/**
 * A comparison narrowed to some service ports, and to the rules that all Services share: these concern every one of them.
 * What is left decides whether there is a difference.
 *
 * @param isWanted whether a service port (`shop/web:http`) is among them
 */
export function narrow(difference: Difference, isWanted: (servicePort: string) => boolean): Difference {
	const isShown = (servicePort: string): boolean => servicePort === SHARED || isWanted(servicePort);
	const ofShown = ({ owner }: RuleLine): boolean => isShown(owner);
	const services = difference.services.filter(({ servicePort }) => isShown(servicePort));
	const [added, removed] = [difference.added.filter(ofShown), difference.removed.filter(ofShown)];
	const places = new Set([...added, ...removed].map(({ table, text }) => `${table} ${text.split(" ")[1]}`));
	return {
		...difference,
		equal: services.length === 0,
		services,
		added,
		removed,
		chains: difference.chains.filter(({ table, chain }) => places.has(`${table} ${chain}`)),
		nft: difference.nft && narrowNft(difference.nft, [...added, ...removed]),
		conntrack: difference.conntrack.filter(({ servicePort }) => isShown(servicePort)),
		findings: difference.findings.filter(({ severity }) => severity === "error"),
	};
}

function narrowNft({ table, sets, chains }: NftDifference, lines: readonly RuleLine[]): NftDifference {
	const names = new Set(lines.filter(({ tool }) => tool === "nft").map(({ text }) => nftPlace(text).name));
	return {
		table,
		sets: sets.filter(({ set }) => names.has(set)),
		chains: chains.filter(({ chain }) => names.has(chain)),
	};
}
