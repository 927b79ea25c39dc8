import {
	type Chain,
	type Match,
	newRule,
	type Rule,
	type TablePart,
	type Target,
} from "../../lang/iptables/ruleset.ts";
import type { Endpoint } from "../../model/endpoint.ts";
import type { ServicePort } from "../../model/service-port.ts";
import { hostAddress, localTrafficParts } from "../netfilter/addresses.ts";
import { comment, ports } from "../netfilter/matches.ts";
import { endpointChainName } from "./names.ts";
import { because } from "./reason.ts";
import { type Draft, hasEndpointComments } from "./rules.ts";

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
	const origin = because(port, config.masqueradeAll ? "masquerade-all" : "masquerade-cluster-ip");
	return [newRule(chain, matches, { kind: "jump", chain: "KUBE-MARK-MASQ" }, origin, parts)];
}

/** The chains that spread connections, and one chain for each endpoint. Source: spec section 6.7. */
export function endpointChains(draft: Draft): TablePart {
	const { port, chains, model } = draft;
	const { cluster, local, reachable } = port.selection;
	const hasComments = hasEndpointComments(model);
	const all = reachable.map((endpoint) => endpointChain(port, endpoint));
	const declared: Chain[] = [];
	const rules: Rule[] = [];
	for (const [chain, endpoints] of [
		[chains.cluster, cluster],
		[chains.local, local],
	] as const) {
		if (endpoints.length === 0) continue;
		declared.push({ name: chain });
		pushBalancing(rules, draft, chain, chainsOf(endpoints, all), hasComments);
	}
	const why = hasComments ? [comment(port.name)] : NO_MATCHES;
	const forwarded = [...why, ports(port.protocol)];
	for (const { endpoint, target } of all) {
		declared.push({ name: target.chain });
		pushEndpoint(rules, draft, endpoint, target.chain, why, forwarded);
	}
	return { chains: declared, rules };
}

// Most rules of a big cluster are made here, so what is equal in many of them is one object.
const NO_MATCHES: readonly Match[] = [];
const TO_MASQUERADE: Target = { kind: "jump", chain: "KUBE-MARK-MASQ" };

/** An endpoint, and the jump to its chain. */
interface EndpointChain {
	readonly endpoint: Endpoint;
	readonly target: Extract<Target, { kind: "jump" }>;
}

function endpointChain(port: ServicePort, endpoint: Endpoint): EndpointChain {
	return { endpoint, target: { kind: "jump", chain: endpointChainName(port, endpoint.address) } };
}

/** Those of some of the endpoints; mostly these are all. */
function chainsOf(endpoints: readonly Endpoint[], all: readonly EndpointChain[]): readonly EndpointChain[] {
	if (endpoints.length === all.length) return all;
	const wanted = new Set(endpoints);
	return all.filter(({ endpoint }) => wanted.has(endpoint));
}

/**
 * Spreads new connections over endpoints, in order: of n endpoints number i, from 0, takes 1/(n-i) of what comes to it,
 * the last one all, so that each gets 1/n. With affinity, clients that were here before are looked for first.
 */
function pushBalancing(
	rules: Rule[],
	{ port }: Draft,
	chain: string,
	endpoints: readonly EndpointChain[],
	hasComments: boolean,
): void {
	const whyOf = ({ address }: Endpoint): readonly Match[] =>
		hasComments ? [comment(`${port.name} -> ${address}`)] : NO_MATCHES;
	if (port.affinitySeconds !== undefined) {
		const seconds = port.affinitySeconds;
		for (const { endpoint, target } of endpoints) {
			const remembered: Match = { kind: "recent-check", list: target.chain, seconds };
			const origin = because(port, "affinity", endpoint.address);
			rules.push(newRule(chain, [...whyOf(endpoint), remembered], target, origin));
		}
	}
	let rest = endpoints.length;
	for (const { endpoint, target } of endpoints) {
		const matches = rest > 1 ? [...whyOf(endpoint), shareOf(rest)] : whyOf(endpoint);
		rules.push(newRule(chain, matches, target, because(port, "balance", endpoint.address)));
		rest--;
	}
}

function shareOf(rest: number): Match {
	return { kind: "statistic", probability: 1 / rest };
}

/** The chain of one endpoint: masquerade what it sends to itself, then translate. */
function pushEndpoint(
	rules: Rule[],
	{ port }: Draft,
	endpoint: Endpoint,
	chain: string,
	why: readonly Match[],
	forwarded: readonly Match[],
): void {
	const { address, ip } = endpoint;
	rules.push(newRule(chain, why, TO_MASQUERADE, because(port, "hairpin", address), { source: hostAddress(ip) }));
	const matches =
		port.affinitySeconds === undefined
			? forwarded
			: [...why, { kind: "recent-set", list: chain } as const, ports(port.protocol)];
	const translated = { kind: "dnat", to: address } as const;
	rules.push(newRule(chain, matches, translated, because(port, "endpoint", address), { protocol: port.protocol }));
}
