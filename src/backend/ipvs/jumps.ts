import { newRule } from "../../lang/iptables/ruleset.ts";
import type { CreatedChain, Jump } from "../netfilter/installation.ts";
import { comment } from "../netfilter/matches.ts";
import { BASE } from "../origin.ts";
import { FILTER_CHAINS } from "./filter-rules.ts";
import { NAT_CHAINS } from "./nat-rules.ts";

/** The chains that single commands create. There is no canary in this mode. Source: IPVS spec, section 6.1. */
export const CREATED_CHAINS: readonly CreatedChain[] = [
	...NAT_CHAINS.map((chain) => ({ table: "nat" as const, chain })),
	...FILTER_CHAINS.map((chain) => ({ table: "filter" as const, chain })),
];

/**
 * The jumps from built-in chains, in the order of insertion. Each goes to the top, so the last one stands first.
 *
 * Source: IPVS spec, section 6.1.
 */
export const JUMPS: readonly Jump[] = [
	jump("nat", "OUTPUT", "KUBE-SERVICES", "kubernetes service portals"),
	jump("nat", "PREROUTING", "KUBE-SERVICES", "kubernetes service portals"),
	jump("nat", "POSTROUTING", "KUBE-POSTROUTING", "kubernetes postrouting rules"),
	jump("filter", "FORWARD", "KUBE-FORWARD", "kubernetes forwarding rules"),
	jump("filter", "INPUT", "KUBE-NODE-PORT", "kubernetes health check rules"),
	jump("filter", "INPUT", "KUBE-PROXY-FIREWALL", "kube-proxy firewall rules"),
	jump("filter", "FORWARD", "KUBE-PROXY-FIREWALL", "kube-proxy firewall rules"),
	jump("filter", "INPUT", "KUBE-IPVS-FILTER", "kubernetes ipvs access filter"),
	jump("filter", "OUTPUT", "KUBE-IPVS-OUT-FILTER", "kubernetes ipvs access filter"),
];

function jump(table: "nat" | "filter", from: string, chain: string, why: string): Jump {
	return { table, chain, rule: newRule(from, [comment(why)], { kind: "jump", chain }, BASE) };
}
