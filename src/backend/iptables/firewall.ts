import { newRule, type Rule } from "../../lang/iptables/ruleset.ts";
import { hasFirewall } from "../../model/service-port.ts";
import { hostAddress, networkAddress } from "../netfilter/addresses.ts";
import { comment, ports } from "../netfilter/matches.ts";
import { because } from "./reason.ts";
import type { Draft } from "./rules.ts";

/**
 * Rules of the filter table that drop what the firewall chain did not accept.
 *
 * Source: spec section 6.4, step 3b.
 */
export function firewallDropRules({ port, chains }: Draft): readonly Rule[] {
	if (!hasFirewall(port)) return [];
	const matches = [comment(`${port.name} traffic not accepted by ${chains.firewall}`), ports(port.protocol, port.port)];
	return port.loadBalancerIPs.map((ip) =>
		newRule("KUBE-PROXY-FIREWALL", matches, { kind: "drop" }, because(port, "other-sources"), {
			destination: hostAddress(ip),
			protocol: port.protocol,
		}),
	);
}

/**
 * The firewall chain: who may use the load-balancer IPs. A node inside the ranges is also seen with the load-balancer
 * IP itself as source.
 *
 * Source: spec section 6.6; cases 17 to 24.
 */
export function firewallChainRules({ port, chains }: Draft): readonly Rule[] {
	if (!hasFirewall(port)) return [];
	const allowed = [
		...port.sourceRanges.map(({ network, prefixLength }) => networkAddress(network, prefixLength)),
		...(port.isNodeInSourceRanges ? port.loadBalancerIPs.map(hostAddress) : []),
	];
	const why = comment(`${port.name} loadbalancer IP`);
	const others = comment(`other traffic to ${port.name} will be dropped by KUBE-PROXY-FIREWALL`);
	return [
		...allowed.map((source) =>
			newRule(chains.firewall, [why], { kind: "jump", chain: chains.external }, because(port, "source-range"), {
				source,
			}),
		),
		newRule(chains.firewall, [others], undefined, because(port, "other-sources")),
	];
}

/** Lets load balancers ask whether this node has local endpoints. Always TCP. Source: spec section 6.4, step 6. */
export function healthCheckRules({ port }: Draft): readonly Rule[] {
	if (port.healthCheckNodePort === 0) return [];
	const matches = [comment(`${port.name} health check node port`), ports("tcp", port.healthCheckNodePort)];
	const origin = because(port, "health-check-node-port");
	return [newRule("KUBE-NODEPORTS", matches, { kind: "accept" }, origin, { protocol: "tcp" })];
}
