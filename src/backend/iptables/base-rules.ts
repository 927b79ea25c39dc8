import { type Match, newRule, type Rule, type RuleParts } from "../../lang/iptables/ruleset.ts";
import type { Model } from "../../model/model.ts";
import { hostAddress, networkAddress } from "../netfilter/addresses.ts";
import { comment, TO_THIS_NODE } from "../netfilter/matches.ts";
import { BASE } from "../origin.ts";

/** Counts what the rule against INVALID packets drops. */
export const INVALID_COUNTER = "ct_state_invalid_dropped_pkts";

/** The shared chains of the filter table, in the order of kube-proxy's text. Source: spec section 6.3. */
export function filterChains({ localhostNodePorts }: Model): readonly string[] {
	const always = ["KUBE-SERVICES", "KUBE-EXTERNAL-SERVICES", "KUBE-FORWARD", "KUBE-NODEPORTS", "KUBE-PROXY-FIREWALL"];
	return localhostNodePorts ? [...always, "KUBE-FIREWALL"] : always;
}

/** The shared chains of the nat table, in the order of kube-proxy's text. Source: spec section 6.3. */
export function natChains(): readonly string[] {
	return ["KUBE-SERVICES", "KUBE-NODEPORTS", "KUBE-POSTROUTING", "KUBE-MARK-MASQ"];
}

/**
 * Closes what `route_localnet` opens: others could reach services on this node's 127.0.0.1. IPv4 only.
 *
 * Source: spec section 6.3.
 */
export function localnetRules({ localhostNodePorts }: Model): readonly Rule[] {
	if (!localhostNodePorts) return [];
	const matches: Match[] = [
		comment("block incoming localnet connections"),
		{ kind: "conntrack", states: ["RELATED", "ESTABLISHED", "DNAT"], isNegated: true },
	];
	const parts = { source: networkAddress("127.0.0.0", 8, true), destination: networkAddress("127.0.0.0", 8) };
	return [newRule("KUBE-FIREWALL", matches, { kind: "drop" }, BASE, parts)];
}

/** Conntrack would let INVALID packets through untranslated, and the client would answer them with a reset. */
export function invalidRules({ config, nfacctCounters }: Model): readonly Rule[] {
	if (config.tcpBeLiberal) return [];
	const invalid: Match = { kind: "conntrack", states: ["INVALID"], isNegated: false };
	const counted: Match[] = nfacctCounters ? [{ kind: "nfacct", name: INVALID_COUNTER }] : [];
	return [newRule("KUBE-FORWARD", [invalid, ...counted], { kind: "drop" }, BASE)];
}

const LAST_RULE = "kubernetes service nodeports; NOTE: this must be the last rule in this chain";

/** Sends traffic to the node's own addresses to KUBE-NODEPORTS. Source: spec section 6.8. */
export function nodePortJumps(model: Model): readonly Rule[] {
	const { family, nodePortAddresses, localhostNodePorts } = model;
	const jump = (matches: readonly Match[], parts?: RuleParts): Rule =>
		newRule("KUBE-SERVICES", [comment(LAST_RULE), ...matches], { kind: "jump", chain: "KUBE-NODEPORTS" }, BASE, parts);
	if (nodePortAddresses.kind === "some") {
		const ips = nodePortAddresses.ips.filter((ip) => localhostNodePorts || !(ip === "::1" || ip.startsWith("127.")));
		return ips.map((ip) => jump([], { destination: hostAddress(ip) }));
	}
	if (localhostNodePorts) return [jump([TO_THIS_NODE])];
	const loopback = family === "ipv4" ? networkAddress("127.0.0.0", 8, true) : networkAddress("::1", 128, true);
	return [jump([TO_THIS_NODE], { destination: loopback })];
}
