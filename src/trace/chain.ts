import type { Rule } from "../lang/iptables/ruleset.ts";
import type { Rule as NftRule } from "../lang/nft/table.ts";
import type { Effect } from "./effect.ts";
import type { Flow, Journey } from "./flow.ts";
import type { Act, NftStep } from "./outcome.ts";
import type { Place } from "./packet.ts";

/** A chain that the kernel calls by itself, in the language of iptables or of nftables. */
export interface BaseChain {
	/** `nat`; `ip kube-proxy` in nftables. */
	readonly table: string;
	readonly name: string;
	/** Where the kernel calls it: lower ones go first. All that translate addresses are called at the same place. */
	readonly priority: number;
	/** The priority that it has itself, which counts between those. */
	readonly ownPriority: number;
	/** It translates addresses: only the first packet of a connection is asked about. */
	readonly isNat: boolean;
	readonly chainOf: ChainOf;
}

/** The chain of a name; undefined when the table has none. */
export type ChainOf = (name: string) => IndexedChain | undefined;

/** The rules of one chain, ready to be asked for a packet. */
export interface IndexedChain {
	/** What becomes of a packet that reaches its end, as the tool writes it; undefined: it goes back to the caller. */
	readonly policy: string | undefined;
	readonly length: number;
	/** Those that might match a packet to an address and port, in order. */
	readonly candidates: (ip: string, protocol: string, port: number) => readonly NumberedRule[];
}

/** A rule with its place in its chain. */
export interface NumberedRule {
	/** As it was written. */
	readonly source: RuleSource;
	/** From 1. */
	readonly number: number;
	/** What it does to a packet; undefined: it does not match, and the packet stays as it is. */
	readonly ask: (flow: Flow, journey: Journey, place: Place) => readonly Reaction[] | undefined;
}

/** A rule in its language. */
export type RuleSource = { readonly rule: Rule } | { readonly rule?: undefined; readonly nftRule: NftRule };

/** What a rule may do to a packet. The probabilities of all flows together are that of the flow that came. */
export type Reaction =
	/** It does not match: the next rule is asked. */
	| { readonly kind: "passes"; readonly flow: Flow }
	| {
			readonly kind: "acts";
			/** In a few words: `jump KUBE-SERVICES`, `dnat 10.244.1.5:8080`, `continue`. */
			readonly action: string;
			readonly act: Act;
			readonly nft?: NftStep | undefined;
			readonly effect: Effect;
	  }
	/** Whether it matches, nobody can tell. */
	| {
			readonly kind: "asks";
			/** As it goes on when the rule does not match. */
			readonly flow: Flow;
			/** Which question of the rule this is, from 0. */
			readonly place: number;
			/** In words. */
			readonly doubt: string;
			/** What the rule does when it matches; called with the same flow, whose outcomes may be collected apart. */
			readonly yes: (flow: Flow) => readonly Reaction[];
	  };

/** Why nobody can tell what becomes of a packet that a rule, as its tool prints it, is asked about. */
export function unknownMatch(text: string): string {
	return `whether this rule matches is not known: ${text}`;
}
