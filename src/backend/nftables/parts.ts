import { applyTransaction } from "../../lang/nft/apply-transaction.ts";
import { printListing } from "../../lang/nft/print-listing.ts";
import { printTransaction } from "../../lang/nft/print-transaction.ts";
import type { Part } from "../backend.ts";
import type { NftablesRules } from "./build.ts";

/** What `nft -f -` reads: `nft.v4.txt`, `nft.v6.txt`. */
export function transactionPart({ family, transaction }: NftablesRules): Part {
	return {
		name: `nft.${family === "ipv4" ? "v4" : "v6"}.txt`,
		loader: "nft -f -",
		printer: undefined,
		print: () => printTransaction(transaction),
	};
}

/** What nft prints of both families afterwards. */
export function listingPart(rules: readonly NftablesRules[]): Part {
	return {
		name: "ruleset.txt",
		loader: undefined,
		printer: "nft -s list ruleset",
		print: () => printListing(rules.flatMap(({ transaction }) => applyTransaction(transaction))),
	};
}
