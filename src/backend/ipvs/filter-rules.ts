import { type Match, newRule, type Rule, type Target } from "../../lang/iptables/ruleset.ts";
import type { Model } from "../../model/model.ts";
import { hostAddress } from "../netfilter/addresses.ts";
import { forwardRules } from "../netfilter/masquerade.ts";
import { comment } from "../netfilter/matches.ts";
import { BASE } from "../origin.ts";
import type { Entries } from "./entries.ts";
import { inSet } from "./matches.ts";
import { because } from "./reason.ts";
import { SETS, type SetKey } from "./sets.ts";

/** The chains of the filter table, in the order of kube-proxy's text. Source: IPVS spec, section 6.1. */
export const FILTER_CHAINS = [
	"KUBE-FORWARD",
	"KUBE-NODE-PORT",
	"KUBE-PROXY-FIREWALL",
	"KUBE-SOURCE-RANGES-FIREWALL",
	"KUBE-IPVS-FILTER",
	"KUBE-IPVS-OUT-FILTER",
] as const;

const RETURN: Target = { kind: "return" };

/** All rules of the filter table, in the order of kube-proxy's text. Source: IPVS spec, section 6.4. */
export function filterRules(model: Model, entries: Entries): readonly Rule[] {
	const { family } = model;
	const about = (key: SetKey, chain: string, target: Target): Rule =>
		newRule(chain, [comment(SETS[key].comment), inSet(key, family)], target, BASE);
	const ifUsed = (key: SetKey, rule: Rule): readonly Rule[] => (entries[key].length > 0 ? [rule] : []);
	const passed = (key: SetKey): Rule => newRule("KUBE-IPVS-FILTER", [inSet(key, family)], RETURN, BASE);
	const isNew: Match = { kind: "conntrack", states: ["NEW"], isNegated: false };
	return [
		...ifUsed(
			"loadBalancerFirewall",
			about("loadBalancerFirewall", "KUBE-PROXY-FIREWALL", { kind: "jump", chain: "KUBE-SOURCE-RANGES-FIREWALL" }),
		),
		...ifUsed("sourceCIDR", about("sourceCIDR", "KUBE-SOURCE-RANGES-FIREWALL", RETURN)),
		...ifUsed("sourceIP", about("sourceIP", "KUBE-SOURCE-RANGES-FIREWALL", RETURN)),
		newRule("KUBE-SOURCE-RANGES-FIREWALL", [], { kind: "drop" }, BASE),
		...outFilterRules(model),
		...forwardRules(model),
		about("healthCheckNodePort", "KUBE-NODE-PORT", { kind: "accept" }),
		passed("loadBalancer"),
		passed("clusterIP"),
		passed("externalIP"),
		passed("externalIPLocal"),
		passed("healthCheckNodePort"),
		newRule("KUBE-IPVS-FILTER", [isNew, inSet("ipvsIPs", family)], { kind: "reject", with: undefined }, BASE),
	];
}

/** Drops what the node itself sends to a load-balancer IP whose source ranges leave it out. */
function outFilterRules({ servicePorts }: Model): readonly Rule[] {
	return servicePorts
		.filter((port) => port.sourceRanges.length > 0 && !port.isNodeInSourceRanges)
		.flatMap((port) =>
			port.loadBalancerIPs.map((ip) => {
				const match: Match = { kind: "ipvs", ip, protocol: port.protocol, port: port.port };
				const origin = because(port, "other-sources");
				return newRule("KUBE-IPVS-OUT-FILTER", [match], { kind: "drop" }, origin, { source: hostAddress(ip) });
			}),
		);
}
