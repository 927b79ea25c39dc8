import type { AddressMatch, RuleParts } from "../../lang/iptables/ruleset.ts";
import type { LocalTraffic } from "../../model/model.ts";

/** One address, written without a prefix. */
export function hostAddress(address: string): AddressMatch {
	return { address, prefixLength: undefined, isNegated: false };
}

/** A network, written with its prefix. */
export function networkAddress(address: string, prefixLength: number, isNegated = false): AddressMatch {
	return { address, prefixLength, isNegated };
}

/** The parts of a rule that matches traffic of this node's pods, or, negated, all other traffic. */
export function localTrafficParts(traffic: LocalTraffic, isNegated: boolean): RuleParts {
	if (traffic.kind === "interface") {
		return { inInterface: { name: `${traffic.name}${traffic.isPrefix ? "+" : ""}`, isNegated } };
	}
	return { source: networkAddress(traffic.cidr.network, traffic.cidr.prefixLength, isNegated) };
}
