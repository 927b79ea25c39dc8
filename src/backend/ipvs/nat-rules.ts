import { type Match, newRule, type Rule, type RuleParts, type Target } from "../../lang/iptables/ruleset.ts";
import type { Model } from "../../model/model.ts";
import type { Protocol } from "../../net/protocol.ts";
import { localTrafficParts, networkAddress } from "../netfilter/addresses.ts";
import { markRules, postroutingRules } from "../netfilter/masquerade.ts";
import { comment, TO_THIS_NODE } from "../netfilter/matches.ts";
import { BASE } from "../origin.ts";
import type { Entries } from "./entries.ts";
import { inSet } from "./matches.ts";
import { SETS, type SetKey } from "./sets.ts";

/** The chains of the nat table, in the order of kube-proxy's text. Source: IPVS spec, section 6.1. */
export const NAT_CHAINS = [
	"KUBE-SERVICES",
	"KUBE-POSTROUTING",
	"KUBE-NODE-PORT",
	"KUBE-LOAD-BALANCER",
	"KUBE-MARK-MASQ",
] as const;

const ACCEPT: Target = { kind: "accept" };
const RETURN: Target = { kind: "return" };
const MARK: Target = { kind: "jump", chain: "KUBE-MARK-MASQ" };

/** All rules of the nat table, in the order of kube-proxy's text. Source: IPVS spec, section 6.3. */
export function natRules(model: Model, entries: Entries): readonly Rule[] {
	const { family } = model;
	const used = (key: SetKey): boolean => entries[key].length > 0;
	/** A rule about what is in a set, with its comment; none when the set is empty. */
	const about = (
		key: SetKey,
		chain: string,
		target: Target,
		more: readonly Match[] = [],
		parts?: RuleParts,
	): readonly Rule[] =>
		used(key) ? [newRule(chain, [comment(SETS[key].comment), inSet(key, family), ...more], target, BASE, parts)] : [];
	const nodePort = (key: SetKey, protocol: Protocol, target: Target): readonly Rule[] =>
		about(key, "KUBE-NODE-PORT", target, [], { protocol });
	const accepted = (key: SetKey): readonly Rule[] =>
		used(key) ? [newRule("KUBE-SERVICES", [inSet(key, family)], ACCEPT, BASE)] : [];
	const loopback = family === "ipv4" ? networkAddress("127.0.0.0", 8) : networkAddress("::1", 128);
	return [
		newRule("KUBE-SERVICES", [], RETURN, BASE, { source: loopback }),
		...about("loopBack", "KUBE-POSTROUTING", { kind: "masquerade", isRandomFully: false }),
		...about("loadBalancer", "KUBE-SERVICES", { kind: "jump", chain: "KUBE-LOAD-BALANCER" }),
		...about("loadBalancerLocal", "KUBE-LOAD-BALANCER", RETURN),
		...nodePort("nodePortLocalTCP", "tcp", RETURN),
		...nodePort("nodePortTCP", "tcp", MARK),
		...nodePort("nodePortLocalUDP", "udp", RETURN),
		...nodePort("nodePortUDP", "udp", MARK),
		...nodePort("nodePortLocalSCTP", "sctp", RETURN),
		...nodePort("nodePortSCTP", "sctp", MARK),
		...clusterIPRules(model, entries),
		...about("externalIP", "KUBE-SERVICES", MARK),
		...about("externalIP", "KUBE-SERVICES", ACCEPT, FROM_OUTSIDE),
		...about("externalIP", "KUBE-SERVICES", ACCEPT, [TO_THIS_NODE]),
		...about("externalIPLocal", "KUBE-SERVICES", ACCEPT, FROM_OUTSIDE),
		...about("externalIPLocal", "KUBE-SERVICES", ACCEPT, [TO_THIS_NODE]),
		newRule("KUBE-SERVICES", [TO_THIS_NODE], { kind: "jump", chain: "KUBE-NODE-PORT" }, BASE),
		newRule("KUBE-LOAD-BALANCER", [], MARK, BASE),
		...accepted("clusterIP"),
		...accepted("loadBalancer"),
		...postroutingRules(model),
		...markRules(model),
	];
}

/** Packets that neither a bridge brought nor this node sent. */
const FROM_OUTSIDE: readonly Match[] = [
	{ kind: "physdev-is-in", isNegated: true },
	{ kind: "addrtype", side: "source", type: "LOCAL", isNegated: true },
];

/**
 * Marks traffic to cluster IPs that comes from elsewhere than this node's pods. When pods cannot be told apart, only
 * what the node sends with a cluster IP as its source.
 */
function clusterIPRules({ family, config, localTraffic }: Model, { clusterIP }: Entries): readonly Rule[] {
	if (clusterIP.length === 0) return [];
	const why = comment(SETS.clusterIP.comment);
	const toSet = inSet("clusterIP", family);
	if (config.masqueradeAll) return [newRule("KUBE-SERVICES", [why, toSet], MARK, BASE)];
	if (localTraffic === undefined) {
		return [newRule("KUBE-SERVICES", [why, inSet("clusterIP", family, ["source", "destination"])], MARK, BASE)];
	}
	return [newRule("KUBE-SERVICES", [why, toSet], MARK, BASE, localTrafficParts(localTraffic, true))];
}
