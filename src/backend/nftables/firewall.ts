import { type Statement, verdict } from "../../lang/nft/statement.ts";
import type { Command } from "../../lang/nft/transaction.ts";
import { printCIDR } from "../../net/cidr.ts";
import { addRule } from "./commands.ts";
import type { Draft } from "./draft.ts";
import { hasFirewallChain } from "./elements.ts";
import { because } from "./reason.ts";

/**
 * The firewall chain: who may not use the load-balancer IPs. A node inside the ranges is also seen with the load-balancer IPs
 * themselves as source.
 *
 * Source: spec section 7.2; cases 17 to 24.
 */
export function firewallChainRules({ port, chains, words }: Draft): readonly Command[] {
	if (!hasFirewallChain(port)) return [];
	const allowed = [...port.sourceRanges.map(printCIDR), ...(port.isNodeInSourceRanges ? port.loadBalancerIPs : [])];
	const isOther: Statement = {
		kind: "match",
		left: words.source,
		isNegated: true,
		right: { kind: "members", members: allowed, style: "spaced" },
	};
	return [addRule(chains.firewall, [isOther, verdict({ kind: "drop" })], because(port, "source-ranges"))];
}
