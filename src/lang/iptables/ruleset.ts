import type { Family } from "../../net/ip.ts";
import type { Protocol } from "../../net/protocol.ts";
import type { Origin } from "../origin.ts";

/** Rules of one family, as data. */
export interface Ruleset {
	readonly family: Family;
	/** In the order of the text. */
	readonly tables: readonly Table[];
}

/** One table. */
export interface Table extends TablePart {
	readonly name: string;
}

/** Chains and rules of a table: all of them, or some that belong together. */
export interface TablePart {
	/** In the order of the text; a chain that has rules is listed. */
	readonly chains: readonly Chain[];
	/** In the order in which they are appended. Rules of different chains may be mixed. */
	readonly rules: readonly Rule[];
}

/** A chain, without its rules. */
export interface Chain {
	readonly name: string;
	/** Built-in chains have one, user-defined chains none. */
	readonly policy?: "ACCEPT" | "DROP";
}

/** One rule. It matches a packet when every part that is given matches. */
export interface Rule {
	readonly chain: string;
	readonly source: AddressMatch | undefined;
	readonly destination: AddressMatch | undefined;
	readonly inInterface: InterfaceMatch | undefined;
	readonly outInterface: InterfaceMatch | undefined;
	readonly protocol: Protocol | OtherProtocol | undefined;
	/** In the order in which the kernel looks at them. */
	readonly matches: readonly Match[];
	/** Undefined: the rule only counts. */
	readonly target: Target | undefined;
	readonly origin: Origin | undefined;
}

/** A source or destination address. */
export interface AddressMatch {
	/** Canonical text. */
	readonly address: string;
	/** Undefined: one address, written without a prefix. */
	readonly prefixLength: number | undefined;
	readonly isNegated: boolean;
}

/** An interface; a `+` at the end stands for any rest of the name. */
export interface InterfaceMatch {
	readonly name: string;
	readonly isNegated: boolean;
}

/** A protocol that Services do not have (`icmp`, `112`), or one that is excluded. */
export interface OtherProtocol {
	/** As iptables-save writes it. */
	readonly name: string;
	readonly isNegated: boolean;
}

/** One `-m`, with its options. */
export type Match =
	| { readonly kind: "comment"; readonly text: string }
	/** `-m tcp`, with or without `--dport`. */
	| { readonly kind: "ports"; readonly protocol: Protocol; readonly destinationPort: number | undefined }
	| { readonly kind: "addrtype"; readonly side: Side; readonly type: "LOCAL"; readonly isNegated: boolean }
	| { readonly kind: "conntrack"; readonly states: readonly ConntrackState[]; readonly isNegated: boolean }
	/** The bits of `mask` equal those of `value`. */
	| { readonly kind: "mark"; readonly value: number; readonly mask: number; readonly isNegated: boolean }
	| { readonly kind: "nfacct"; readonly name: string }
	/** Remembers the source address in a list. */
	| { readonly kind: "recent-set"; readonly list: string }
	/** The source address was remembered in a list at most `seconds` ago; older ones are dropped from it. */
	| { readonly kind: "recent-check"; readonly list: string; readonly seconds: number }
	/** The parts of the packet that `sides` names, in this order, are in a set. */
	| { readonly kind: "set"; readonly set: string; readonly sides: readonly Side[] }
	/** The packet came in through a port of a bridge. */
	| { readonly kind: "physdev-is-in"; readonly isNegated: boolean }
	/** The packet belongs to a connection of a virtual server. */
	| { readonly kind: "ipvs"; readonly ip: string; readonly protocol: Protocol; readonly port: number }
	/** Matches at random; 0-1. */
	| { readonly kind: "statistic"; readonly probability: number }
	/** Something that is not modelled: its words as they were written, quotes included. Only the parser makes it. */
	| { readonly kind: "unknown"; readonly words: readonly string[] };

/** Which end of a packet. */
export type Side = "source" | "destination";

/** A state of the connection a packet belongs to. */
export type ConntrackState = "INVALID" | "NEW" | "ESTABLISHED" | "RELATED" | "DNAT" | "SNAT" | "UNTRACKED";

/** What happens to a packet that matches. */
export type Target =
	| { readonly kind: "accept" }
	| { readonly kind: "drop" }
	| { readonly kind: "return" }
	| { readonly kind: "jump"; readonly chain: string }
	/** Like a jump, but the end of the chain returns to the caller of this one. */
	| { readonly kind: "goto"; readonly chain: string }
	/** Answers with an ICMP error or a TCP reset, as `--reject-with` names it; undefined: the family's "port unreachable". */
	| { readonly kind: "reject"; readonly with: string | undefined }
	/** New mark: the old one without the bits of `mask`, exclusive-or `value`. */
	| { readonly kind: "mark"; readonly value: number; readonly mask: number }
	| { readonly kind: "masquerade"; readonly isRandomFully: boolean }
	/** `to` is `ip:port`, with brackets for IPv6. */
	| { readonly kind: "dnat"; readonly to: string }
	/** Something that is not modelled: its name and options as they were written. Only the parser makes it. */
	| { readonly kind: "unknown"; readonly words: readonly string[] };

/** The parts of a rule that most rules do not have. */
export type RuleParts = Partial<Pick<Rule, "source" | "destination" | "inInterface" | "outInterface" | "protocol">>;

/** Makes a rule. All rules have all fields in the same order, which keeps big rulesets small and fast. */
export function newRule(
	chain: string,
	matches: readonly Match[],
	target: Target | undefined,
	origin: Origin | undefined,
	parts: RuleParts = NO_PARTS,
): Rule {
	const { source, destination, inInterface, outInterface, protocol } = parts;
	return { chain, source, destination, inInterface, outInterface, protocol, matches, target, origin };
}

const NO_PARTS: RuleParts = Object.freeze({});

/** The rules of each chain, in order; chains without rules are there with an empty list. */
export function rulesByChain(table: TablePart): ReadonlyMap<string, readonly Rule[]> {
	const byChain = new Map<string, Rule[]>();
	for (const { name } of table.chains) byChain.set(name, []);
	let last: Rule[] = [];
	let chain: string | undefined;
	for (const rule of table.rules) {
		// Rules of a chain mostly follow each other: one look into a big map for all of them.
		if (rule.chain !== chain) {
			chain = rule.chain;
			last = byChain.get(chain) ?? [];
			byChain.set(chain, last);
		}
		last.push(rule);
	}
	return byChain;
}
