import type { Rule } from "../lang/iptables/ruleset.ts";
import type { RealServer, VirtualServer } from "../lang/ipvs/table.ts";
import type { Element, Rule as NftRule } from "../lang/nft/table.ts";
import type { Hook } from "./packet.ts";

/** What becomes of a packet, with what probability. */
export interface Outcome {
	/** 0-1; those of all outcomes are 1 together. */
	readonly probability: number;
	readonly verdict: Verdict;
	/** After translation. */
	readonly destination: { readonly ip: string; readonly port: number };
	/** As the receiver sees it. */
	readonly source: string;
	/** A MASQUERADE rule matched. */
	readonly isMasqueraded: boolean;
	/** With which error it is rejected: `icmp-port-unreachable`. */
	readonly reject: string | undefined;
	/** Why nobody can tell, when the verdict is `unknown`. */
	readonly doubt: string | undefined;
	/** In the order passed. */
	readonly steps: readonly Step[];
	/**
	 * These are the steps that the packet takes. False: a rule was asked of which nobody can tell whether it matches; the end is
	 * the same, but the steps are those of a packet that it does not match.
	 */
	readonly isWayCertain: boolean;
}

/** `delivered` goes to a process on the node, listening or not. */
export type Verdict = "forwarded" | "delivered" | "rejected" | "dropped" | "unknown";

/** One rule that matched, the end of a chain, or a virtual server that took the packet. */
export interface Step {
	readonly hook: Hook;
	/** `nat`; `ip kube-proxy` in nftables, `ipvs` for virtual servers. */
	readonly table: string;
	/** A virtual server stands as `10.96.10.20:80/tcp`. */
	readonly chain: string;
	/** From 1, as iptables-save lists the chain, or ipvsadm the real servers; undefined for the end of a chain. */
	readonly number: number | undefined;
	/** A rule of iptables. Undefined for the end of a chain, for virtual servers, and for rules of nftables. */
	readonly rule: Rule | undefined;
	/** Only in steps of rules of nftables. */
	readonly nft?: NftStep | undefined;
	/** Only in steps of virtual servers. */
	readonly virtualServer?: VirtualServer | undefined;
	/** The one that was chosen; undefined: there is none. */
	readonly realServer?: RealServer | undefined;
	/** `jump KUBE-SERVICES`, `return`, `policy ACCEPT`, `accept`, `drop`, `continue`, `real server 10.244.1.5:8080` … */
	readonly action: string;
	readonly act: Act;
	/** The packet's mark before. */
	readonly mark: number;
}

/** A rule of nftables that matched. */
export interface NftStep {
	readonly rule: NftRule;
	/** What was found in a map with a name. */
	readonly element: Element | undefined;
}

/** What a step does to the packet, in whatever language the rule is. */
export type Act =
	| { readonly kind: "jump" | "goto"; readonly chain: string }
	/** As the rule writes the new destination: `10.244.1.5:8080`. Virtual servers do it, too. */
	| { readonly kind: "dnat"; readonly to: string }
	/** The new source; of others: kube-proxy masquerades. */
	| { readonly kind: "snat"; readonly to: string }
	| { readonly kind: "masquerade" | "mark" | "reject" | "accept" | "drop" | "return" | "continue" }
	/** The policy of a base chain decides. */
	| { readonly kind: "policy-accept" | "policy-drop" }
	/** Nothing is left of a chain. */
	| { readonly kind: "end-of-chain" }
	/** Something that is not followed, or that changes the packet in another way. */
	| { readonly kind: "other" };

/** Whether a rule or a virtual server changed the destination. */
export function isTranslated({ steps }: Outcome): boolean {
	return steps.some(({ act }) => act.kind === "dnat");
}

/** Whether the packet gets to somebody. */
export function isServed({ verdict }: Outcome): boolean {
	return verdict === "forwarded" || verdict === "delivered";
}

/** Shares that differ less are the same: kube-proxy writes ten digits of each probability. */
export const SAME_SHARE = 1e-6;
