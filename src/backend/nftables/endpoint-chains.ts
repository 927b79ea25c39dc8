import {
	type Expression,
	equals,
	goto,
	isIn,
	meta,
	payload,
	type Statement,
	verdict,
} from "../../lang/nft/statement.ts";
import type { Command } from "../../lang/nft/transaction.ts";
import type { Endpoint } from "../../model/endpoint.ts";
import { addRule } from "./commands.ts";
import { affinityDeclaration } from "./containers.ts";
import type { Draft } from "./draft.ts";
import { because } from "./reason.ts";
import { isLocalTraffic } from "./words.ts";

/**
 * Up to 1.35 each service port marks its own traffic to the cluster IP that comes from elsewhere than this node's pods; the first
 * rule of the internal chain.
 *
 * Source: spec section 13.4.
 */
export function internalMasqueradeRules({ model, behaviour, words, port, chains }: Draft): readonly Command[] {
	const { config, localTraffic } = model;
	if (behaviour.endpoints === "maps" || port.internal.endpoints.length === 0) return [];
	if (!config.masqueradeAll && localTraffic === undefined) return [];
	const chain = port.internal.policy === "Local" ? chains.local : chains.cluster;
	const atPort = behaviour.clusterIPRuleHasPort ? [equals(payload(port.protocol, "dport"), String(port.port))] : [];
	const fromOutside =
		config.masqueradeAll || localTraffic === undefined ? [] : [isLocalTraffic(localTraffic, words, behaviour, true)];
	const origin = because(port, config.masqueradeAll ? "masquerade-all" : "masquerade-cluster-ip");
	return [addRule(chain, [equals(words.destination, port.clusterIP), ...atPort, ...fromOutside, words.mark], origin)];
}

/** The sets of clients that come back to the same endpoint. */
export function affinitySets({ port, endpoints, words }: Draft): readonly Command[] {
	const seconds = port.affinitySeconds;
	if (seconds === undefined) return [];
	return [...endpoints.values()].map(({ affinitySet }) => ({
		kind: "add-set",
		set: affinityDeclaration(affinitySet, seconds, words),
	}));
}

/** Spreads new connections evenly, over all endpoints and over local ones. Source: spec section 7.2. */
export function balancingRules(draft: Draft): readonly Command[] {
	const { port, chains } = draft;
	const { cluster, local } = port.selection;
	return [...balance(draft, chains.cluster, cluster), ...balance(draft, chains.local, local)];
}

function balance(draft: Draft, chain: string, chosen: readonly Endpoint[]): readonly Command[] {
	if (chosen.length === 0) return [];
	const { port, words, endpoints } = draft;
	const remembered = chosen.flatMap((endpoint) => {
		const names = endpoints.get(endpoint);
		if (port.affinitySeconds === undefined || names === undefined) return [];
		const cameBefore = isIn(words.source, names.affinitySet);
		const origin = because(port, "affinity", endpoint.address);
		return [addRule(chain, [cameBefore, verdict(goto(names.chain))], origin)];
	});
	return [...remembered, addRule(chain, spread(draft, chosen), because(port, "balance"))];
}

function spread({ port, words, endpoints }: Draft, chosen: readonly Endpoint[]): readonly Statement[] {
	const random: Expression = { kind: "random", modulus: chosen.length };
	if (endpoints.size > 0) {
		const entries = chosen.map((endpoint, index) => ({
			key: String(index),
			verdict: goto(endpoints.get(endpoint)?.chain ?? ""),
		}));
		return [{ kind: "vmap", key: random, map: entries }];
	}
	const entries = chosen.map(({ ip, port: number }, index) => ({ key: String(index), ip, port: number }));
	return [equals(meta("l4proto"), port.protocol), { kind: "dnat-map", family: words.family, key: random, entries }];
}

/** The chain of each endpoint: masquerade what it sends to itself, remember the client, translate. Source: spec sections 7.2, 13.4. */
export function endpointRules({ port, endpoints, words, behaviour }: Draft): readonly Command[] {
	return [...endpoints].flatMap(([{ address, ip }, { chain, affinitySet }]) => {
		const hairpin = addRule(chain, [equals(words.source, ip), words.mark], because(port, "hairpin", address));
		const remember: Statement = { kind: "update", set: affinitySet, key: words.source };
		const translate: readonly Statement[] = [equals(meta("l4proto"), port.protocol), { kind: "dnat", to: address }];
		return [
			...(behaviour.endpoints === "chains" ? [hairpin] : []),
			...(port.affinitySeconds === undefined ? [] : [addRule(chain, [remember], because(port, "affinity", address))]),
			addRule(chain, translate, because(port, "endpoint", address)),
		];
	});
}
