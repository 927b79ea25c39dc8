import type { Rule } from "../../lang/iptables/ruleset.ts";
import type { RulesetSource } from "../../lang/iptables/ruleset-source.ts";

/** iptables rules of a backend for one family, and what has to be there before they are restored. */
export interface Installation {
	readonly family: RulesetSource["family"];
	/** Tables and chains that exist beside those of the built-in kind, in the order of creation. */
	readonly chains: readonly CreatedChain[];
	/** Each is inserted at the top of its chain, in this order; the chain it leads to is among `chains`. */
	readonly jumps: readonly Jump[];
	/** What kube-proxy sends to iptables-restore. */
	readonly restore: RulesetSource;
	/** Endpoint addresses in `restore` are spelled as in the slices (1.30); the kernel has them in canonical form. */
	readonly hasAddressesAsWritten: boolean;
}

/** A chain that a single command creates. */
export interface CreatedChain {
	readonly table: TableName;
	readonly chain: string;
}

/** A rule in a built-in chain that leads to one of kube-proxy's. */
export interface Jump extends CreatedChain {
	readonly rule: Rule;
}

/** The tables kube-proxy uses. */
export type TableName = "mangle" | "filter" | "nat";
