import { nameInComment } from "../../kube/comment.ts";
import type { Match, Rule } from "../../lang/iptables/ruleset.ts";
import type { Step } from "../outcome.ts";
import { percent } from "../percent.ts";
import { nftBecause, nftSubject, nftWords } from "./nft-words.ts";

/** What a step does and why, in words of everyday, without a full stop. It is said from the rule as it stands. */
export function wordsOf(step: Step): string {
	const { rule, nft, virtualServer, action, act } = step;
	if (virtualServer !== undefined) return balanceWords(step);
	if (nft !== undefined) return nftWords(step, nft);
	if (rule === undefined) {
		if (act.kind === "end-of-chain") return "nothing more in this chain: go on behind the jump";
		return act.kind === "policy-drop" ? "no rule decided, and the policy is to drop" : "no rule decided: let it pass";
	}
	const { target } = rule;
	switch (target?.kind) {
		case undefined:
			return `counted${because(rule)}`;
		case "jump":
		case "goto":
			return jumpWords(rule, target.chain);
		case "return":
			return returnWords(rule);
		case "mark":
			return markWords(rule);
		case "masquerade":
			return `the source becomes the node's own address${isForSelf(rule) ? ": an endpoint is its own client" : ""}`;
		case "dnat":
			return `the destination becomes ${target.to}${has(rule, "recent-set") ? ", and the client is remembered" : ""}`;
		case "reject":
			return `refuse it${because(rule)}`;
		case "drop":
			return `drop it${because(rule)}`;
		case "accept":
			return `let it pass${because(rule)}`;
		case "unknown":
			return act.kind === "snat"
				? `the source becomes ${act.to}`
				: `${target.words[0]}: a target that is not followed here`;
		default:
			return action;
	}
}

/** The service port that a step belongs to, as far as the rule says it. */
export function subjectOf({ rule, nft, virtualServer, realServer, chain }: Step): string | undefined {
	if (nft !== undefined) return nftSubject(chain, nft);
	if (rule !== undefined) return rule.origin?.subject ?? nameInComment(rule);
	return virtualServer?.origin?.subject ?? realServer?.origin?.subject;
}

function balanceWords({ virtualServer, realServer }: Step): string {
	const { scheduler, realServers } = virtualServer ?? { scheduler: "", realServers: [] };
	if (realServer === undefined) return "the virtual server has no real server that takes connections: refuse it";
	const open = realServers.filter(({ weight }) => weight > 0).length;
	return `the virtual server (${scheduler}) sends it to ${open === 1 ? "its only" : `one of its ${open}`} real server${open === 1 ? "" : "s"}`;
}

/** What kube-proxy's chains are for. */
const CHAINS: Readonly<Record<string, string>> = {
	"KUBE-SERVICES": "look it up in the rules of all Services",
	"KUBE-NODEPORTS": "an address of this node: look it up in the node ports",
	"KUBE-NODE-PORT": "an address of this node: look it up in the node ports",
	"KUBE-EXTERNAL-SERVICES": "look it up in the Services that have no endpoint",
	"KUBE-FORWARD": "ask kube-proxy's rules for packets that pass through",
	"KUBE-FIREWALL": "ask the kubelet's firewall",
	"KUBE-PROXY-FIREWALL": "ask whether a Service refuses this client",
	"KUBE-SOURCE-RANGES-FIREWALL": "only some clients may: ask the source ranges",
	"KUBE-LOAD-BALANCER": "to the load-balancer IP of a Service",
	"KUBE-POSTROUTING": "ask whether the source must be hidden (masquerade)",
	"KUBE-IPVS-FILTER": "ask whether a virtual server serves this port",
	"KUBE-IPVS-OUT-FILTER": "ask kube-proxy's rules for packets of the node",
};

function jumpWords(rule: Rule, chain: string): string {
	if (chain === "KUBE-MARK-MASQ") return `mark it for masquerading${maskReason(rule)}`;
	const shared = CHAINS[chain];
	if (shared !== undefined) return shared;
	const name = nameInRule(rule);
	switch (chain.slice(0, 9)) {
		case "KUBE-SVC-":
			return rule.chain.startsWith("KUBE-EXT-")
				? `choose among all endpoints${insider(rule)}`
				: `${frontend(rule)}${name}`;
		case "KUBE-SVL-":
			return rule.chain.startsWith("KUBE-EXT-")
				? "choose among the endpoints on this node (externalTrafficPolicy Local)"
				: `${frontend(rule)}${name}; only endpoints on this node serve it`;
		case "KUBE-EXT-":
			return `${frontend(rule)}${name}`;
		case "KUBE-SEP-":
			return endpointWords(rule);
		default:
			return chain.startsWith("KUBE-FW-")
				? `${frontend(rule)}${name}; only some clients may, see the source ranges`
				: `go to chain ${chain}`;
	}
}

/** `to the cluster IP of`, as far as the comment or the origin says it. */
function frontend(rule: Rule): string {
	const about = `${commentOf(rule)} ${rule.origin?.reason ?? ""}`;
	if (/cluster IP|cluster-ip/.test(about)) return "to the cluster IP of ";
	if (/external IP|external-ip/.test(about)) return "to an external IP of ";
	if (/loadbalancer IP|load-balancer-ip/.test(about)) return "to the load-balancer IP of ";
	return rule.chain === "KUBE-NODEPORTS" ? "to the node port of " : "for ";
}

function endpointWords(rule: Rule): string {
	if (has(rule, "recent-check")) return "the client was here before: the same endpoint again";
	const chance = rule.matches.find((match) => match.kind === "statistic");
	if (rule.chain.startsWith("KUBE-SVC-") || rule.chain.startsWith("KUBE-SVL-")) {
		if (chance !== undefined)
			return `this endpoint, for ${percent(chance.probability)} of the connections that get here`;
		return "this endpoint, for all connections that get here";
	}
	return "go to this endpoint";
}

function maskReason(rule: Rule): string {
	const { chain, source } = rule;
	if (chain.startsWith("KUBE-SEP-")) return ": the endpoint is its own client (hairpin)";
	if (chain.startsWith("KUBE-SVC-") || chain.startsWith("KUBE-SVL-")) {
		return source?.isNegated === true || rule.inInterface?.isNegated === true
			? ": it does not come from a pod"
			: ": all traffic to cluster IPs is (masqueradeAll)";
	}
	if (chain.startsWith("KUBE-EXT-")) {
		return insider(rule) === ""
			? ": it comes from outside, and its answer must come back through this node"
			: insider(rule);
	}
	if (chain === "KUBE-NODE-PORT") return ": it came to a node port";
	return chain === "KUBE-LOAD-BALANCER" ? ": it came to a load-balancer IP" : "";
}

/** Pods and the node itself are no outsiders to an external traffic policy. */
function insider(rule: Rule): string {
	if (rule.matches.some((match) => match.kind === "addrtype" && match.side === "source")) return ": this node sends it";
	return rule.source !== undefined || rule.inInterface !== undefined ? ": a pod sends it" : "";
}

function returnWords(rule: Rule): string {
	const mark = rule.matches.find((match) => match.kind === "mark");
	if (rule.chain === "KUBE-POSTROUTING" && mark?.isNegated === true) {
		return "it has no masquerade mark: the source stays as it is";
	}
	const set = rule.matches.find((match) => match.kind === "set");
	return set === undefined ? "leave this chain" : `leave this chain: it is in the set ${set.set}`;
}

function markWords(rule: Rule): string {
	if (rule.chain === "KUBE-MARK-MASQ") return "set the masquerade mark";
	return rule.chain === "KUBE-POSTROUTING" ? "take the mark off again" : "change the mark";
}

/** Whether the rule of a step is one of kube-proxy's. */
export function isOfKubeProxy({ nft, table, chain }: Step): boolean {
	return nft === undefined ? chain.startsWith("KUBE-") : /^ip6? kube-proxy$/.test(table);
}

/** Why the rule of a step decides as it does, after a colon; empty when it does not say. */
export function becauseOf({ rule, nft, chain }: Step): string {
	if (nft !== undefined) return nftBecause(chain, nft);
	return rule === undefined ? "" : because(rule);
}

function because(rule: Rule): string {
	const { chain, target, matches } = rule;
	if (matches.some((match) => match.kind === "conntrack" && match.states.includes("INVALID"))) {
		return ": conntrack knows no connection for it";
	}
	if (chain === "KUBE-FORWARD" && has(rule, "mark")) return ": it has the masquerade mark";
	if (chain === "KUBE-IPVS-FILTER" && target?.kind === "reject") {
		return ": the address belongs to Services, but none has this port";
	}
	const set = matches.find((match) => match.kind === "set");
	const comment = commentOf(rule).trim();
	if (comment !== "" && (target?.kind !== "accept" || set === undefined)) return `: ${comment}`;
	return set === undefined ? "" : `: it is in the set ${set.set}`;
}

function isForSelf({ matches }: Rule): boolean {
	return matches.some((match) => match.kind === "set" && match.set.endsWith("LOOP-BACK"));
}

function has({ matches }: Rule, kind: Match["kind"]): boolean {
	return matches.some((match) => match.kind === kind);
}

function nameInRule(rule: Rule): string {
	return rule.origin?.subject ?? nameInComment(rule) ?? "a Service";
}

function commentOf({ matches }: Rule): string {
	return matches.map((match) => (match.kind === "comment" ? match.text : "")).join(" ");
}
