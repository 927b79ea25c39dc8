/** Something about a node that a comparison shows beside the differences. */
export interface Finding {
	/** Stable. */
	readonly code: keyof typeof FINDINGS;
	/** `error`: packets fare otherwise than they should. `warning`: something is left behind, or odd. */
	readonly severity: "error" | "warning";
	readonly message: string;
}

/** Every code of a finding, and what it means. */
export const FINDINGS = {
	BOTH_BACKENDS: "both programs called iptables, legacy and nft, hold rules of kube-proxy's",
	CHAIN_UNREACHABLE: "a chain of kube-proxy's to which no rule leads",
	CHAIN_WITHOUT_OWNER: "a chain of a Service that nobody knows",
	DRAINING: "a real server of weight 0 that waits for its last connections to end",
	LEFTOVER_MODE: "something that another proxy mode left behind",
	LEFTOVER_VERSION: "a chain that a kube-proxy or kubelet before 1.30 left behind",
	RULE_IN_FRONT: "a rule, or with nftables a chain, of somebody else takes packets from kube-proxy's rules",
} as const;
