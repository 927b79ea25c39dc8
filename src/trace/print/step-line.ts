import { rulePrinter } from "../../lang/iptables/print.ts";
import { virtualServerLines } from "../../lang/ipvs/print.ts";
import { elementText } from "../../lang/nft/print-element.ts";
import { ruleText } from "../../lang/nft/print-rule.ts";
import type { Family } from "../../net/ip.ts";
import type { NftStep, Step } from "../outcome.ts";

/** Prints what stands behind a step as its tool does: a line of iptables-save, ipvsadm or nft; undefined for ends of chains. */
export function stepPrinter(family: Family): (step: Step) => string | undefined {
	const print = rulePrinter(family, "save");
	return ({ rule, nft, virtualServer, number }) => {
		if (nft !== undefined) return nftLine(nft);
		if (rule !== undefined) return print(rule);
		return virtualServer === undefined ? undefined : virtualServerLines(virtualServer)[number ?? 0];
	};
}

/** With what was found in a map that has a name. */
function nftLine({ rule, element }: NftStep): string {
	const text = ruleText(rule, "listing");
	return element === undefined ? text : `${text} { ${elementText(element, "listing")} }`;
}
