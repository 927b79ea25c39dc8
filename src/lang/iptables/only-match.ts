import type { Rule } from "./ruleset.ts";

/** The one destination address that a canonical rule matches; undefined when it matches others too. */
export function onlyHost({ destination }: Pick<Rule, "destination">): string | undefined {
	const isHost = destination !== undefined && !destination.isNegated && destination.prefixLength === undefined;
	return isHost ? destination.address : undefined;
}

/** The one protocol and destination port that a rule matches, as `tcp 443`; undefined when it matches others too. */
export function onlyPort({ matches }: Rule): string | undefined {
	for (const match of matches) {
		if (match.kind === "ports" && match.destinationPort !== undefined) {
			return `${match.protocol} ${match.destinationPort}`;
		}
	}
	return undefined;
}
