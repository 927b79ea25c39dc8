import type { Rule } from "../lang/iptables/ruleset.ts";
import type { RealServer, VirtualServer } from "../lang/ipvs/table.ts";
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
}

/** `delivered` goes to a process on the node, listening or not. */
export type Verdict = "forwarded" | "delivered" | "rejected" | "dropped" | "unknown";

/** One rule that matched, the end of a chain, or a virtual server that took the packet. */
export interface Step {
	readonly hook: Hook;
	/** `ipvs` for virtual servers. */
	readonly table: string;
	/** A virtual server stands as `10.96.10.20:80/tcp`. */
	readonly chain: string;
	/** From 1, as iptables-save lists the chain, or ipvsadm the real servers; undefined for the end of a chain. */
	readonly number: number | undefined;
	/** Undefined for the end of a chain, and for virtual servers. */
	readonly rule: Rule | undefined;
	/** Only in steps of virtual servers. */
	readonly virtualServer?: VirtualServer | undefined;
	/** The one that was chosen; undefined: there is none. */
	readonly realServer?: RealServer | undefined;
	/** `jump KUBE-SERVICES`, `return`, `policy ACCEPT`, `accept`, `drop`, `continue`, `real server 10.244.1.5:8080` … */
	readonly action: string;
	/** The packet's mark before. */
	readonly mark: number;
}

/** Whether a rule or a virtual server changed the destination. */
export function isTranslated({ steps }: Outcome): boolean {
	return steps.some(({ rule, realServer }) => rule?.target?.kind === "dnat" || realServer !== undefined);
}

/** Whether the packet gets to somebody. */
export function isServed({ verdict }: Outcome): boolean {
	return verdict === "forwarded" || verdict === "delivered";
}

/** Shares that differ less are the same: kube-proxy writes ten digits of each probability. */
export const SAME_SHARE = 1e-6;
