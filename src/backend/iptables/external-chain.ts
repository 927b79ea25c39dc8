import { type Match, newRule, type Rule, type RuleParts } from "../../lang/iptables/ruleset.ts";
import { hasExternalChain } from "../../model/service-port.ts";
import { localTrafficParts } from "../netfilter/addresses.ts";
import { comment, FROM_THIS_NODE } from "../netfilter/matches.ts";
import { because, type Reason } from "./reason.ts";
import type { Draft } from "./rules.ts";

/**
 * The external chain: what becomes of traffic to external IPs, load-balancer IPs and the node port.
 *
 * With policy Cluster all of it is masqueraded. With policy Local the source stays, and pods and the node itself are
 * short-circuited to all endpoints.
 *
 * Source: spec section 6.6; cases 29 to 36.
 */
export function externalChainRules(draft: Draft): readonly Rule[] {
	const { port, chains } = draft;
	if (!hasExternalChain(port)) return [];
	const isLocal = port.external.policy === "Local";
	const rules = isLocal ? shortCircuitRules(draft) : [masqueradeRule(draft)];
	if (port.external.endpoints.length === 0) return rules;
	const chain = isLocal ? chains.local : chains.cluster;
	return [...rules, newRule(chains.external, [], { kind: "jump", chain }, because(port, "external-policy"))];
}

function masqueradeRule(draft: Draft): Rule {
	return externalRule(draft, "masquerade traffic", "masquerade-external", "KUBE-MARK-MASQ", []);
}

function shortCircuitRules(draft: Draft): readonly Rule[] {
	const { model, chains } = draft;
	const rules = [
		externalRule(draft, "masquerade LOCAL traffic", "masquerade-local", "KUBE-MARK-MASQ", [FROM_THIS_NODE]),
		externalRule(draft, "route LOCAL traffic", "short-circuit", chains.cluster, [FROM_THIS_NODE]),
	];
	if (model.localTraffic === undefined) return rules;
	const fromPods = localTrafficParts(model.localTraffic, false);
	return [externalRule(draft, "pod traffic", "short-circuit", chains.cluster, [], fromPods), ...rules];
}

function externalRule(
	{ port, chains }: Draft,
	what: string,
	reason: Reason,
	chain: string,
	matches: readonly Match[],
	parts?: RuleParts,
): Rule {
	const why = comment(`${what} for ${port.name} external destinations`);
	return newRule(chains.external, [why, ...matches], { kind: "jump", chain }, because(port, reason), parts);
}
