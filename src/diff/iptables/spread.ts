import type { Rule } from "../../lang/iptables/ruleset.ts";

/** What happens behind a chain to a new connection that comes from anywhere else. */
export interface Spread {
	/** Endpoints (`ip:port`) and the part of connections that each gets. */
	readonly shares: ReadonlyMap<string, number>;
	readonly dropped: number;
	readonly rejected: number;
	/** Connections that come back out of the chain untouched. */
	readonly returned: number;
}

interface Totals {
	readonly shares: Map<string, number>;
	dropped: number;
	rejected: number;
}

/** Service chains lead to each other at most four deep; more is a loop, or not kube-proxy's. */
const DEEPEST = 8;

/**
 * How a chain spreads new connections over endpoints: from the probabilities in the rules. Rules that look at the source,
 * the interface or what was before (pods, the node itself, clients with affinity) are passed over.
 *
 * @param rulesOf the rules of a chain; undefined when there is none, and a jump to it does nothing
 */
export function spreadOf(chain: string, rulesOf: (chain: string) => readonly Rule[] | undefined): Spread {
	const totals: Totals = { shares: new Map(), dropped: 0, rejected: 0 };
	const returned = walk(chain, 1, rulesOf, totals, 0);
	return { ...totals, returned };
}

/** The part that comes back out of the chain. */
function walk(
	chain: string,
	given: number,
	rulesOf: (chain: string) => readonly Rule[] | undefined,
	totals: Totals,
	depth: number,
): number {
	let left = given;
	let returned = 0;
	for (const rule of depth > DEEPEST ? [] : (rulesOf(chain) ?? [])) {
		const part = left * chanceOf(rule);
		if (part === 0) continue;
		switch (rule.target?.kind) {
			case "dnat":
				totals.shares.set(rule.target.to, (totals.shares.get(rule.target.to) ?? 0) + part);
				left -= part;
				break;
			case "jump":
				left += walk(rule.target.chain, part, rulesOf, totals, depth + 1) - part;
				break;
			case "goto":
				returned += walk(rule.target.chain, part, rulesOf, totals, depth + 1);
				left -= part;
				break;
			case "drop":
				totals.dropped += part;
				left -= part;
				break;
			case "reject":
				totals.rejected += part;
				left -= part;
				break;
			case "accept":
			case "return":
			case "masquerade":
				returned += part;
				left -= part;
				break;
			default:
		}
		if (left < NOTHING) left = 0;
	}
	return returned + left;
}

/** What is left of 1 after many subtractions. */
const NOTHING = 1e-9;

/** The part of ordinary new connections that a rule matches: 0 for rules about particular ones. */
function chanceOf({ source, inInterface, outInterface, matches }: Rule): number {
	if (source !== undefined || inInterface !== undefined || outInterface !== undefined) return 0;
	let chance = 1;
	for (const match of matches) {
		if (match.kind === "statistic") chance *= match.probability;
		else if (!PASSED_BY_ALL.has(match.kind)) return 0;
	}
	return chance;
}

const PASSED_BY_ALL: ReadonlySet<string> = new Set(["comment", "ports", "nfacct", "recent-set"]);
