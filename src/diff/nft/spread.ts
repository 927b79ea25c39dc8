import type { Statement, Verdict } from "../../lang/nft/statement.ts";
import type { Rule } from "../../lang/nft/table.ts";
import { hostPort } from "../../net/ip.ts";
import type { Spread } from "../iptables/spread.ts";

/** The rules of a chain; undefined when there is no such chain. */
export type NftRulesOf = (chain: string) => readonly Rule[] | undefined;

interface Totals {
	readonly shares: Map<string, number>;
	dropped: number;
	rejected: number;
}

/** Service chains lead to each other at most three deep; more is a loop, or not kube-proxy's. */
const DEEPEST = 8;

/** What is left of 1 after many subtractions. */
const NOTHING = 1e-9;

/**
 * How a chain spreads new connections over endpoints: from the random numbers in the rules. Rules that look at the source, the
 * interface or what was before (pods, the node itself, clients with affinity) are passed over.
 */
export function nftSpreadOf(chain: string, rulesOf: NftRulesOf): Spread {
	const totals: Totals = { shares: new Map(), dropped: 0, rejected: 0 };
	const returned = walk(chain, 1, rulesOf, totals, 0);
	return { ...totals, returned };
}

/** The part that comes back out of the chain. */
function walk(chain: string, given: number, rulesOf: NftRulesOf, totals: Totals, depth: number): number {
	let left = given;
	let returned = 0;
	for (const rule of depth > DEEPEST ? [] : (rulesOf(chain) ?? [])) {
		if (!isForAll(rule)) continue;
		const entering = left;
		for (const { chance, end } of rule.statements.flatMap(branchesOf)) {
			const part = entering * chance;
			if (end.kind === "continue") continue;
			left -= part;
			if (end.kind === "goto") returned += walk(end.chain, part, rulesOf, totals, depth + 1);
			else if (end.kind === "jump") left += walk(end.chain, part, rulesOf, totals, depth + 1);
			else if (end.kind === "endpoint") totals.shares.set(end.address, (totals.shares.get(end.address) ?? 0) + part);
			else if (end.kind === "drop") totals.dropped += part;
			else if (end.kind === "reject") totals.rejected += part;
			else returned += part;
		}
		if (left < NOTHING) left = 0;
	}
	return returned + left;
}

/** Whether ordinary new connections that come to a rule pass its tests. */
export function isForAll({ statements }: Rule): boolean {
	return statements.every((statement) => {
		if (statement.kind !== "match") return statement.kind !== "unknown";
		const { left } = statement;
		if (left.kind === "meta") return left.key === "l4proto";
		return left.kind === "payload" && (left.field === "daddr" || left.field === "dport");
	});
}

type End = Verdict | { readonly kind: "endpoint"; readonly address: string } | { readonly kind: "reject" };

interface Branch {
	/** Of those who come here. */
	readonly chance: number;
	readonly end: End;
}

/** Where a statement sends packets, and how many of them; none when it sends them nowhere. */
function branchesOf(statement: Statement): readonly Branch[] {
	switch (statement.kind) {
		case "verdict":
			return [{ chance: 1, end: statement.verdict }];
		case "reject":
			return [{ chance: 1, end: { kind: "reject" } }];
		case "dnat":
			return [{ chance: 1, end: { kind: "endpoint", address: statement.to } }];
		case "dnat-map":
			return drawn(statement.key, statement.entries, ({ ip, port }) => ({
				kind: "endpoint",
				address: hostPort(ip, port),
			}));
		case "vmap":
			return typeof statement.map === "string" ? [] : drawn(statement.key, statement.map, ({ verdict }) => verdict);
		default:
			return [];
	}
}

function drawn<T>(
	key: Extract<Statement, { readonly kind: "vmap" }>["key"],
	entries: readonly T[],
	endOf: (entry: T) => End,
): readonly Branch[] {
	if (key.kind !== "random") return [];
	return entries.map((entry) => ({ chance: 1 / key.modulus, end: endOf(entry) }));
}
