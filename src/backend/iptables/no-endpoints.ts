import { type Match, newRule, type Rule, type RuleParts, type Target } from "../../lang/iptables/ruleset.ts";
import type { Traffic } from "../../model/service-port.ts";
import { hostAddress } from "../netfilter/addresses.ts";
import { comment, ports, TO_THIS_NODE } from "../netfilter/matches.ts";
import { because } from "./reason.ts";
import type { Draft } from "./rules.ts";

/**
 * Rules of the filter table for the cluster IP and the external IPs when nobody serves them.
 *
 *     -A KUBE-SERVICES -m comment --comment "shop/web:http has no endpoints" -m tcp -p tcp -d 10.96.0.1 --dport 80 -j REJECT
 *
 * Source: spec section 6.4, steps 1b and 2b.
 */
export function unservedIPRules(draft: Draft): readonly Rule[] {
	const { port } = draft;
	const rules: Rule[] = [];
	if (port.internal.endpoints.length === 0) {
		rules.push(unservedRule(draft, "KUBE-SERVICES", port.internal, atAddress(draft, port.clusterIP)));
	}
	if (port.external.endpoints.length > 0) return rules;
	for (const ip of port.externalIPs) rules.push(unservedExternalRule(draft, atAddress(draft, ip)));
	return rules;
}

/** The same for load-balancer IPs. Source: spec section 6.4, step 4. */
export function unservedLoadBalancerRules(draft: Draft): readonly Rule[] {
	const { port } = draft;
	if (port.external.endpoints.length > 0) return [];
	return port.loadBalancerIPs.map((ip) => unservedExternalRule(draft, atAddress(draft, ip)));
}

/** The same for the node port. Source: spec section 6.4, step 5c. */
export function unservedNodePortRules(draft: Draft): readonly Rule[] {
	const { port } = draft;
	if (port.nodePort === 0 || port.external.endpoints.length > 0) return [];
	const where = { matches: [TO_THIS_NODE, ports(port.protocol, port.nodePort)], parts: { protocol: port.protocol } };
	return [unservedExternalRule(draft, where)];
}

interface Where {
	readonly matches: readonly Match[];
	readonly parts: RuleParts;
}

function atAddress({ port }: Draft, ip: string): Where {
	return {
		matches: [ports(port.protocol, port.port)],
		parts: { destination: hostAddress(ip), protocol: port.protocol },
	};
}

function unservedExternalRule(draft: Draft, where: Where): Rule {
	return unservedRule(draft, "KUBE-EXTERNAL-SERVICES", draft.port.external, where);
}

function unservedRule({ port }: Draft, chain: string, traffic: Traffic, { matches, parts }: Where): Rule {
	const isRejected = traffic.whenEmpty === "reject";
	const target: Target = isRejected ? { kind: "reject", with: undefined } : { kind: "drop" };
	const why = comment(`${port.name} has no ${isRejected ? "" : "local "}endpoints`);
	const origin = because(port, isRejected ? "no-endpoints" : "no-local-endpoints");
	return newRule(chain, [why, ...matches], target, origin, parts);
}
