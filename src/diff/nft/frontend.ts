import { readNftName } from "../../kube/nft-names.ts";
import { listedMembers } from "../../lang/nft/members.ts";
import { calledByElement, calledByRule, setsOfRule } from "../../lang/nft/references.ts";
import type { Element, Rule } from "../../lang/nft/table.ts";
import type { Protocol } from "../../net/protocol.ts";
import { addressKey, type FrontendKind, type FrontendView, type Verdict } from "../frontend.ts";
import type { Spread } from "../iptables/spread.ts";
import { nftWithoutHairpin } from "./hairpin.ts";
import type { NftIndex } from "./index.ts";
import { nftMasqueradesIn } from "./masquerades.ts";
import type { NftOwners } from "./owner.ts";
import { isForAll, type NftRulesOf, nftSpreadOf } from "./spread.ts";

/** What both sides together tell about frontends. */
export interface NftKnowledge {
	readonly owners: NftOwners;
	/** Kinds of frontends, by `addressKey`; what is not in it nobody tells. */
	readonly kinds: ReadonlyMap<string, FrontendKind>;
	/** The connections that are masqueraded because they come back to where they came from. */
	readonly hairpins: ReadonlySet<string>;
}

/** Where clients dial. */
export interface NftAddress {
	/** Undefined for a node port. */
	readonly ip: string | undefined;
	readonly port: number;
	readonly protocol: Protocol;
}

/** An entry of one of the maps that dispatch or refuse, read. */
export interface NftEntry {
	readonly element: Element;
	readonly address: NftAddress;
	readonly servicePort: string;
}

/** What clients meet at the address of an entry. */
export function nftFrontend(
	side: NftIndex,
	known: NftKnowledge,
	{ element, address, servicePort }: NftEntry,
): FrontendView {
	const rulesOf: NftRulesOf = (name) => side.chains.get(name)?.rules;
	const called = calledByElement(element) ?? "";
	const start = readNftName(called) === undefined ? undefined : called;
	const path = start === undefined ? [] : pathOf(start, rulesOf);
	const rules = path.flatMap((name) => rulesOf(name) ?? []);
	const spread = start === undefined ? directly(element) : nftSpreadOf(start, rulesOf);
	const refusal = refusalAt(side, element);
	return {
		servicePort,
		kind: known.kinds.get(addressKey(address)) ?? guessKind(side, element, start),
		...address,
		verdict: verdictOf(spread, refusal),
		shares: spread.shares,
		lost: spread.returned + spread.dropped + spread.rejected,
		policy: start === undefined ? (refusal === "dropped" ? "Local" : undefined) : policyOf(path),
		masquerades: [
			...sharedMasquerades(side, address.ip, rulesOf),
			...path.flatMap((name) => nftMasqueradesIn(name, rulesOf(name) ?? [], address.ip)),
		],
		affinitySeconds: affinityOf(side, rules),
		sources: sourcesOf(side, element, rulesOf),
		withoutHairpin: nftWithoutHairpin(side, known.hairpins, {
			shares: spread.shares,
			rules,
			protocol: address.protocol,
		}),
		obstacle: undefined,
	};
}

/** What an entry does that leads to no chain of a Service. */
function directly({ value }: Element): Spread {
	const dropped = value?.kind === "drop" ? 1 : 0;
	return { shares: new Map(), dropped, rejected: 0, returned: 1 - dropped };
}

function verdictOf({ shares, dropped, rejected }: Spread, refusal: Verdict | undefined): Verdict {
	if (shares.size > 0) return "forwarded";
	if (dropped > 0) return "dropped";
	if (rejected > 0) return "rejected";
	return refusal ?? "ignored";
}

/** The chains an ordinary client's connection passes on its way to the endpoint chains. */
function pathOf(chain: string, rulesOf: NftRulesOf): readonly string[] {
	if (!chain.startsWith("external-")) return [chain];
	const onward = (rulesOf(chain) ?? []).filter(isForAll).flatMap(calledByRule);
	const next = onward.find((name) => /^(?:service|local)-/.test(name));
	return next === undefined ? [chain] : [chain, next];
}

function policyOf(path: readonly string[]): "Cluster" | "Local" {
	// An external chain that leads nowhere: there is no endpoint on this node.
	return path.some((chain) => chain.startsWith("service-")) ? "Cluster" : "Local";
}

function refusalAt(side: NftIndex, element: Element): Verdict | undefined {
	const map = element.key.length === 2 ? "no-endpoint-nodeports" : "no-endpoint-services";
	const found = side.elementIn(map, element.key);
	if (found?.value?.kind === "drop") return "dropped";
	const chain = found === undefined ? undefined : calledByElement(found);
	const rules = side.chains.get(chain ?? "")?.rules ?? [];
	return rules.some(({ statements }) => statements.some(({ kind }) => kind === "reject")) ? "rejected" : undefined;
}

/** Compiled elements say it, and node ports and cluster IPs show; a load-balancer IP only where it has a firewall. */
function guessKind(side: NftIndex, element: Element, start: string | undefined): FrontendKind {
	const [ip = "", ...others] = element.key;
	if (others.length < 2) return "node port";
	if (start !== undefined && !start.startsWith("external-")) return "cluster IP";
	if (side.elementIn("firewall-ips", element.key) !== undefined) return "load-balancer IP";
	return isClusterIP(side, ip) ? "cluster IP" : "external IP";
}

function isClusterIP({ elementIn }: NftIndex, ip: string): boolean {
	return elementIn("cluster-ips", [ip]) !== undefined;
}

/** From 1.36 on one rule marks for all cluster IPs. */
function sharedMasquerades(side: NftIndex, ip: string | undefined, rulesOf: NftRulesOf): readonly string[] {
	if (ip === undefined || !isClusterIP(side, ip)) return [];
	const rules = rulesOf("services") ?? [];
	return nftMasqueradesIn(
		"services",
		rules.filter((rule) => setsOfRule(rule).includes("cluster-ips")),
		ip,
	);
}

function affinityOf({ sets }: NftIndex, rules: readonly Rule[]): number | undefined {
	const asked = rules.flatMap(setsOfRule).filter((name) => name.startsWith("affinity-"));
	return asked.map((name) => sets.get(name)?.timeoutSeconds).find((seconds) => seconds !== undefined);
}

/** Source ranges count only while a rule drops everybody else. */
function sourcesOf(side: NftIndex, element: Element, rulesOf: NftRulesOf): readonly string[] | undefined {
	const entry = side.elementIn("firewall-ips", element.key);
	if (entry?.value?.kind === "drop") return [];
	const rules = rulesOf((entry && calledByElement(entry)) ?? "") ?? [];
	for (const { statements } of rules) {
		const [test, verdict] = statements;
		if (verdict?.kind !== "verdict" || verdict.verdict.kind !== "drop") continue;
		if (test?.kind !== "match" || !test.isNegated || test.right.kind === "named-set") continue;
		const members = test.right.kind === "value" ? [test.right.text] : test.right.members;
		return listedMembers(members) ?? members;
	}
	return undefined;
}
