import { type Match, newRule, type Rule, type RuleParts } from "../../lang/iptables/ruleset.ts";
import { hasFirewall } from "../../model/service-port.ts";
import { hostAddress, networkAddress } from "../netfilter/addresses.ts";
import { comment, ports } from "../netfilter/matches.ts";
import { because } from "./reason.ts";
import type { Draft } from "./rules.ts";

/** Counts connections to node ports on 127.0.0.1. */
export const LOCALHOST_COUNTER = "localhost_nps_accepted_pkts";

/**
 * Rules of the nat table that send each frontend of a service port to its chain.
 *
 *     -A KUBE-SERVICES -m comment --comment "shop/web:http cluster IP" -m tcp -p tcp -d 10.96.0.1 --dport 80 -j KUBE-SVC-…
 *
 * Source: spec section 6.4, steps 1a, 2a, 3a, 5a, 5b.
 */
export function dispatchRules(draft: Draft): readonly Rule[] {
	const { port, chains } = draft;
	const rules: Rule[] = [];
	if (port.internal.endpoints.length > 0) rules.push(clusterIPRule(draft));
	if (!port.selection.hasEndpoints) return rules;
	const atPort = ports(port.protocol, port.port);
	const toService = (what: string, ip: string, chain: string, reason: "external-ip" | "load-balancer-ip"): Rule => {
		const parts = { destination: hostAddress(ip), protocol: port.protocol };
		const matches = [comment(`${port.name} ${what}`), atPort];
		return newRule("KUBE-SERVICES", matches, { kind: "jump", chain }, because(port, reason), parts);
	};
	for (const ip of port.externalIPs) rules.push(toService("external IP", ip, chains.external, "external-ip"));
	const behindFirewall = hasFirewall(port) ? chains.firewall : chains.external;
	for (const ip of port.loadBalancerIPs)
		rules.push(toService("loadbalancer IP", ip, behindFirewall, "load-balancer-ip"));
	if (port.nodePort !== 0) rules.push(...nodePortRules(draft));
	return rules;
}

function clusterIPRule({ port, chains }: Draft): Rule {
	const chain = port.internal.policy === "Local" ? chains.local : chains.cluster;
	const parts = { destination: hostAddress(port.clusterIP), protocol: port.protocol };
	const matches = [comment(`${port.name} cluster IP`), ports(port.protocol, port.port)];
	return newRule("KUBE-SERVICES", matches, { kind: "jump", chain }, because(port, "cluster-ip"), parts);
}

function nodePortRules({ model, port, chains }: Draft): readonly Rule[] {
	const matches: readonly Match[] = [comment(port.name), ports(port.protocol, port.nodePort)];
	const rule = (more: readonly Match[], parts: RuleParts): Rule =>
		newRule(
			"KUBE-NODEPORTS",
			[...matches, ...more],
			{ kind: "jump", chain: chains.external },
			because(port, "node-port"),
			{
				protocol: port.protocol,
				...parts,
			},
		);
	if (!model.localhostNodePorts || !model.nfacctCounters) return [rule([], {})];
	const counter: Match = { kind: "nfacct", name: LOCALHOST_COUNTER };
	return [rule([counter], { destination: networkAddress("127.0.0.0", 8) }), rule([], {})];
}
