import { type Match, newRule } from "../../lang/iptables/ruleset.ts";
import type { CreatedChain, Jump } from "../netfilter/installation.ts";
import { comment } from "../netfilter/matches.ts";
import { BASE } from "../origin.ts";

/** The chain by whose loss kube-proxy notices that somebody flushed the rules. */
const CANARY = "KUBE-PROXY-CANARY";

/** Tables that get a canary, in the order of creation. Source: spec section 9.3. */
const CANARY_TABLES = ["mangle", "nat", "filter"] as const;

const NEW: Match = { kind: "conntrack", states: ["NEW"], isNegated: false };

/**
 * The jumps from built-in chains, in the order of insertion. Each goes to the top, so the last one stands first.
 *
 * Source: spec section 6.1.
 */
export const JUMPS: readonly Jump[] = [
	jump("filter", "INPUT", "KUBE-EXTERNAL-SERVICES", [NEW], "kubernetes externally-visible service portals"),
	jump("filter", "FORWARD", "KUBE-EXTERNAL-SERVICES", [NEW], "kubernetes externally-visible service portals"),
	jump("filter", "INPUT", "KUBE-NODEPORTS", [], "kubernetes health check service ports"),
	jump("filter", "FORWARD", "KUBE-SERVICES", [NEW], "kubernetes service portals"),
	jump("filter", "OUTPUT", "KUBE-SERVICES", [NEW], "kubernetes service portals"),
	jump("filter", "FORWARD", "KUBE-FORWARD", [], "kubernetes forwarding rules"),
	jump("filter", "INPUT", "KUBE-PROXY-FIREWALL", [NEW], "kubernetes load balancer firewall"),
	jump("filter", "OUTPUT", "KUBE-PROXY-FIREWALL", [NEW], "kubernetes load balancer firewall"),
	jump("filter", "FORWARD", "KUBE-PROXY-FIREWALL", [NEW], "kubernetes load balancer firewall"),
	jump("nat", "OUTPUT", "KUBE-SERVICES", [], "kubernetes service portals"),
	jump("nat", "PREROUTING", "KUBE-SERVICES", [], "kubernetes service portals"),
	jump("nat", "POSTROUTING", "KUBE-POSTROUTING", [], "kubernetes postrouting rules"),
	jump("filter", "INPUT", "KUBE-FIREWALL", []),
	jump("filter", "OUTPUT", "KUBE-FIREWALL", []),
];

function jump(table: Jump["table"], from: string, chain: string, matches: readonly Match[], why?: string): Jump {
	const comments = why === undefined ? [] : [comment(why)];
	return { table, chain, rule: newRule(from, [...matches, ...comments], { kind: "jump", chain }, BASE) };
}

/** The chains that single commands create: canaries, then those that jumps lead to, each once. */
export const CREATED_CHAINS: readonly CreatedChain[] = [
	...CANARY_TABLES.map((table) => ({ table, chain: CANARY })),
	...JUMPS.filter(
		({ table, chain }, index) => index === JUMPS.findIndex((one) => one.table === table && one.chain === chain),
	),
].map(({ table, chain }) => ({ table, chain }));
