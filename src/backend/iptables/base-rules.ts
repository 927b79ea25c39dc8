import { type Match, newRule, type Rule, type RuleParts } from "../../lang/iptables/ruleset.ts";
import type { Model } from "../../model/model.ts";
import { hostAddress, networkAddress } from "./addresses.ts";
import { BASE } from "./reason.ts";
import { comment } from "./rules.ts";

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

/** The mark that asks for masquerading, as a number. */
function masqueradeMark({ config }: Model): number {
	return 2 ** config.masqueradeBit;
}

/** Masquerading: set the mark, find it on the way out, clear it. Source: spec section 6.3. */
export function masqueradeRules(model: Model): readonly Rule[] {
	const mark = masqueradeMark(model);
	const unmarked: Match = { kind: "mark", value: mark, mask: mark, isNegated: true };
	const why = comment("kubernetes service traffic requiring SNAT");
	return [
		newRule("KUBE-POSTROUTING", [unmarked], { kind: "return" }, BASE),
		newRule("KUBE-POSTROUTING", [], { kind: "mark", value: mark, mask: 0 }, BASE),
		newRule("KUBE-POSTROUTING", [why], { kind: "masquerade", isRandomFully: true }, BASE),
		newRule("KUBE-MARK-MASQ", [], { kind: "mark", value: mark, mask: mark }, BASE),
	];
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

/** Lets marked and known traffic pass, whatever the forward policy is. Source: spec section 6.8. */
export function forwardRules(model: Model): readonly Rule[] {
	const mark = masqueradeMark(model);
	const marked: Match = { kind: "mark", value: mark, mask: mark, isNegated: false };
	const known: Match = { kind: "conntrack", states: ["RELATED", "ESTABLISHED"], isNegated: false };
	return [
		...invalidRules(model),
		newRule("KUBE-FORWARD", [comment("kubernetes forwarding rules"), marked], { kind: "accept" }, BASE),
		newRule("KUBE-FORWARD", [comment("kubernetes forwarding conntrack rule"), known], { kind: "accept" }, BASE),
	];
}

/** Conntrack would let INVALID packets through untranslated, and the client would answer them with a reset. */
function invalidRules({ config, nfacctCounters }: Model): readonly Rule[] {
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
	const toThisNode: Match = { kind: "addrtype", side: "destination", type: "LOCAL" };
	if (localhostNodePorts) return [jump([toThisNode])];
	const loopback = family === "ipv4" ? networkAddress("127.0.0.0", 8, true) : networkAddress("::1", 128, true);
	return [jump([toThisNode], { destination: loopback })];
}
