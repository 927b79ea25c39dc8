import { isServiceChain } from "../../kube/chains.ts";
import { nameInComment } from "../../kube/comment.ts";
import type { Rule } from "../../lang/iptables/ruleset.ts";
import type { FrontendKind, FrontendView, Verdict } from "../frontend.ts";
import { groupBy } from "../lists/group-by.ts";
import type { Owners } from "../owner.ts";
import { calledChain, findRules, rulesIn, rulesOfSome, type Tables } from "./chain-index.ts";
import { masqueradesIn, withoutHairpin } from "./masquerades.ts";
import { type Address, addressOf } from "./rule-address.ts";
import { spreadOf } from "./spread.ts";

/**
 * What clients meet at the frontends of some service ports, as rules of the iptables mode have it.
 *
 * @param wanted the service ports to look at
 */
export function iptablesView(tables: Tables, owners: Owners, wanted: ReadonlySet<string>): readonly FrontendView[] {
	const frontends = new Map<string, FrontendView>();
	const add = (frontend: FrontendView | undefined): void => {
		if (frontend === undefined) return;
		const key = `${frontend.servicePort} ${frontend.ip} ${frontend.protocol} ${frontend.port}`;
		// The first rule that matches decides, as in the kernel.
		if (!frontends.has(key)) frontends.set(key, frontend);
	};
	for (const chain of ["KUBE-SERVICES", "KUBE-NODEPORTS"] as const) {
		for (const rule of rulesOfSome(tables, "nat", chain, wanted)) {
			const owner = owners.ofRule(rule);
			if (wanted.has(owner)) add(translated(tables, rule, owner));
		}
	}
	for (const chain of ["KUBE-SERVICES", "KUBE-EXTERNAL-SERVICES"] as const) {
		for (const rule of rulesOfSome(tables, "filter", chain, wanted)) {
			const owner = owners.ofRule(rule);
			if (wanted.has(owner)) add(refused(rule, owner));
		}
	}
	return [...frontends.values()];
}

/** Rules that lead to one of some service ports, but not from one address and port of it: by service port. */
export function oddRules(
	tables: Tables,
	owners: Owners,
	wanted: ReadonlySet<string>,
): ReadonlyMap<string, readonly Rule[]> {
	const rules = ["KUBE-SERVICES", "KUBE-NODEPORTS"].flatMap((chain) => rulesOfSome(tables, "nat", chain, wanted));
	const odd = rules.filter((rule) => wanted.has(owners.ofRule(rule)) && isOdd(rule));
	return groupBy(odd, (rule) => owners.ofRule(rule));
}

/** Whether a dispatch rule has lost a match, or has one too many. */
function isOdd(rule: Rule): boolean {
	const chain = calledChain(rule);
	if (chain === undefined || !isServiceChain(chain)) return false;
	const { destination } = rule;
	const isLoopback = destination?.address === "127.0.0.0" && destination.prefixLength === 8;
	const address = addressOf(isLoopback ? { ...rule, destination: undefined } : rule);
	return address === undefined || (address.ip === undefined) !== (rule.chain === "KUBE-NODEPORTS");
}

function translated(tables: Tables, rule: Rule, servicePort: string): FrontendView | undefined {
	const address = addressOf(rule);
	const chain = calledChain(rule);
	if (address === undefined || chain === undefined || !isServiceChain(chain) || isOdd(rule)) return undefined;
	const kind = kindOf(rule, chain, address);
	const rulesOf = (name: string): readonly Rule[] | undefined => findRules(tables, "nat", name);
	const isGuarded = chain.startsWith("KUBE-FW-");
	const inner = isGuarded ? (innerOf(rulesOf(chain)) ?? chain) : chain;
	const { shares, returned, dropped, rejected } = spreadOf(inner, rulesOf);
	const refusal = shares.size === 0 ? refusalAt(tables, address) : undefined;
	const path = pathOf(inner, rulesOf);
	return {
		servicePort,
		kind,
		...address,
		verdict: verdictOf(shares.size, refusal, { dropped, rejected }),
		shares,
		lost: returned + dropped + rejected,
		policy: policyOf(path),
		masquerades: path.flatMap((name) => masqueradesIn(rulesOf(name) ?? [], address.ip)),
		affinitySeconds: affinityOf(path.flatMap((name) => rulesOf(name) ?? [])),
		sources: isGuarded ? sourcesOf(tables, chain, address) : undefined,
		withoutHairpin: withoutHairpin(path, rulesOf),
		obstacle: undefined,
	};
}

function verdictOf(
	endpoints: number,
	refusal: Verdict | undefined,
	{ dropped, rejected }: { readonly dropped: number; readonly rejected: number },
): Verdict {
	if (endpoints > 0) return "forwarded";
	if (dropped > 0) return "dropped";
	if (rejected > 0) return "rejected";
	return refusal ?? "ignored";
}

/** kube-proxy says it in the comment; without one, the chain tells most of it. */
function kindOf({ matches }: Rule, chain: string, { ip }: Address): FrontendKind {
	if (ip === undefined) return "node port";
	const comment = matches.find(({ kind }) => kind === "comment");
	const text = comment?.kind === "comment" ? comment.text : "";
	if (text.endsWith(" external IP")) return "external IP";
	if (text.endsWith(" loadbalancer IP") || chain.startsWith("KUBE-FW-")) return "load-balancer IP";
	return chain.startsWith("KUBE-EXT-") ? "external IP" : "cluster IP";
}

/** Where a firewall chain sends what it lets in. */
function innerOf(rules: readonly Rule[] | undefined): string | undefined {
	return rules?.map(calledChain).find((chain) => chain?.startsWith("KUBE-EXT-"));
}

/** The chains an ordinary client's connection passes on its way to the endpoint chains. */
function pathOf(chain: string, rulesOf: (chain: string) => readonly Rule[] | undefined): readonly string[] {
	if (!chain.startsWith("KUBE-EXT-")) return [chain];
	const onward = (rulesOf(chain) ?? []).find(
		(rule) => isUnconditional(rule) && /^KUBE-SV[CL]-/.test(calledChain(rule) ?? ""),
	);
	const next = onward === undefined ? undefined : calledChain(onward);
	return next === undefined ? [chain] : [chain, next];
}

function isUnconditional({ source, inInterface, matches }: Rule): boolean {
	return source === undefined && inInterface === undefined && matches.every(({ kind }) => kind === "comment");
}

function policyOf(path: readonly string[]): "Cluster" | "Local" | undefined {
	if (path.some((chain) => chain.startsWith("KUBE-SVL-"))) return "Local";
	if (path.some((chain) => chain.startsWith("KUBE-SVC-"))) return "Cluster";
	// An external chain that leads nowhere: there is no endpoint on this node.
	return "Local";
}

function affinityOf(rules: readonly Rule[]): number | undefined {
	for (const { matches } of rules) {
		for (const match of matches) if (match.kind === "recent-check") return match.seconds;
	}
	return undefined;
}

/** Source ranges count only while a rule drops everybody else. */
function sourcesOf(tables: Tables, chain: string, address: Address): readonly string[] | undefined {
	const drops = rulesIn(tables, "filter", "KUBE-PROXY-FIREWALL").some((rule) => {
		const at = addressOf(rule);
		return rule.target?.kind === "drop" && at?.ip === address.ip && at?.port === address.port;
	});
	if (!drops) return undefined;
	const allowed = rulesIn(tables, "nat", chain).filter((rule) => calledChain(rule) !== undefined);
	return allowed.map(({ source }) =>
		source === undefined
			? "everywhere"
			: `${source.address}${source.prefixLength === undefined ? "" : `/${source.prefixLength}`}`,
	);
}

/** A rule of the filter table that refuses connections to an address. */
function refused(rule: Rule, servicePort: string): FrontendView | undefined {
	const address = addressOf(rule);
	const verdict = refusalOf(rule);
	if (address === undefined || verdict === undefined || (nameInComment(rule) === undefined && servicePort === "shared"))
		return undefined;
	return {
		servicePort,
		kind: address.ip === undefined ? "node port" : rule.chain === "KUBE-SERVICES" ? "cluster IP" : "external IP",
		...address,
		verdict,
		shares: new Map(),
		lost: 1,
		policy: verdict === "dropped" ? "Local" : undefined,
		masquerades: [],
		affinitySeconds: undefined,
		sources: undefined,
		withoutHairpin: [],
		obstacle: undefined,
	};
}

function refusalOf({ target }: Rule): Verdict | undefined {
	if (target?.kind === "reject") return "rejected";
	return target?.kind === "drop" ? "dropped" : undefined;
}

function refusalAt(tables: Tables, address: Address): Verdict | undefined {
	for (const chain of ["KUBE-SERVICES", "KUBE-EXTERNAL-SERVICES"]) {
		for (const rule of rulesIn(tables, "filter", chain)) {
			const at = addressOf(rule);
			if (at?.ip === address.ip && at?.port === address.port && at.protocol === address.protocol)
				return refusalOf(rule);
		}
	}
	return undefined;
}
