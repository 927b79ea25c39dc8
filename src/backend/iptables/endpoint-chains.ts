import { type Match, newRule, type Rule } from "../../lang/iptables/ruleset.ts";
import type { Endpoint } from "../../model/endpoint.ts";
import { hostAddress, localTrafficParts } from "./addresses.ts";
import { endpointChainName } from "./names.ts";
import { originOf } from "./reason.ts";
import { comment, type Draft, ports } from "./rules.ts";

/** Above this many endpoints kube-proxy leaves out the comments of endpoint rules. Source: spec section 8.4, cases 100, 101. */
const MOST_ENDPOINTS_WITH_COMMENTS = 1000;

/** The chains that lead to endpoints, and their rules. */
export interface EndpointChains {
	/** In the order of kube-proxy's text. */
	readonly chains: readonly string[];
	readonly rules: readonly Rule[];
}

/**
 * Marks traffic to the cluster IP that comes from elsewhere than this node's pods; the first rule of the internal chain.
 *
 * Source: spec section 6.5.
 */
export function internalMasqueradeRules({ model, port, chains }: Draft): readonly Rule[] {
	const { config, localTraffic } = model;
	if (port.internal.endpoints.length === 0) return [];
	if (!config.masqueradeAll && localTraffic === undefined) return [];
	const chain = port.internal.policy === "Local" ? chains.local : chains.cluster;
	const matches = [comment(`${port.name} cluster IP`), ports(port.protocol, port.port)];
	const notLocal = config.masqueradeAll || localTraffic === undefined ? {} : localTrafficParts(localTraffic, true);
	const parts = { ...notLocal, destination: hostAddress(port.clusterIP), protocol: port.protocol };
	const origin = originOf(port, "masquerade-cluster-ip");
	return [newRule(chain, matches, { kind: "jump", chain: "KUBE-MARK-MASQ" }, origin, parts)];
}

/** The chains that spread connections, and one chain for each endpoint. Source: spec section 6.7. */
export function endpointChains(draft: Draft): EndpointChains {
	const { port, chains, model } = draft;
	const { cluster, local, reachable } = port.selection;
	const hasComments = model.endpointCount <= MOST_ENDPOINTS_WITH_COMMENTS;
	const names = new Map(reachable.map((endpoint) => [endpoint, endpointChainName(port, endpoint.address)]));
	const declared: string[] = [];
	const rules: Rule[] = [];
	for (const [chain, endpoints] of [
		[chains.cluster, cluster],
		[chains.local, local],
	] as const) {
		if (endpoints.length === 0) continue;
		declared.push(chain);
		pushBalancing(rules, draft, chain, endpoints, names, hasComments);
	}
	for (const [endpoint, chain] of names) {
		declared.push(chain);
		pushEndpoint(rules, draft, endpoint, chain, hasComments);
	}
	return { chains: declared, rules };
}

/**
 * Spreads new connections over endpoints, in order: of n endpoints number i, from 0, takes 1/(n-i) of what comes to it,
 * the last one all, so that each gets 1/n. With affinity, clients that were here before are looked for first.
 */
function pushBalancing(
	rules: Rule[],
	{ port }: Draft,
	chain: string,
	endpoints: readonly Endpoint[],
	names: ReadonlyMap<Endpoint, string>,
	hasComments: boolean,
): void {
	const targets = endpoints.map((endpoint) => {
		const to = names.get(endpoint) ?? "";
		const why = hasComments ? [comment(`${port.name} -> ${endpoint.address}`)] : [];
		return { address: endpoint.address, why, target: { kind: "jump", chain: to } as const };
	});
	if (port.affinitySeconds !== undefined) {
		const seconds = port.affinitySeconds;
		for (const { address, why, target } of targets) {
			const remembered: Match = { kind: "recent-check", list: target.chain, seconds };
			rules.push(newRule(chain, [...why, remembered], target, originOf(port, "affinity", address)));
		}
	}
	for (const [index, { address, why, target }] of targets.entries()) {
		const rest = targets.length - index;
		const share: Match[] = rest > 1 ? [{ kind: "statistic", probability: 1 / rest }] : [];
		rules.push(newRule(chain, [...why, ...share], target, originOf(port, "balance", address)));
	}
}

/** The chain of one endpoint: masquerade what it sends to itself, then translate. */
function pushEndpoint(rules: Rule[], { port }: Draft, endpoint: Endpoint, chain: string, hasComments: boolean): void {
	const why = hasComments ? [comment(port.name)] : [];
	const remember: Match[] = port.affinitySeconds === undefined ? [] : [{ kind: "recent-set", list: chain }];
	const hairpin = { source: hostAddress(endpoint.ip) };
	const marked = { kind: "jump", chain: "KUBE-MARK-MASQ" } as const;
	rules.push(newRule(chain, why, marked, originOf(port, "hairpin", endpoint.address), hairpin));
	const matches = [...why, ...remember, ports(port.protocol)];
	const translated = { kind: "dnat", to: endpoint.address } as const;
	const origin = originOf(port, "endpoint", endpoint.address);
	rules.push(newRule(chain, matches, translated, origin, { protocol: port.protocol }));
}
