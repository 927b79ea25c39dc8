import { indexNft, type NftIndex } from "../diff/nft/index.ts";
import { isOfServicePort } from "../kube/nft-names.ts";
import { inListedOrder } from "../lang/nft/element-order.ts";
import type { Chain, Element } from "../lang/nft/table.ts";
import type { Origin } from "../lang/origin.ts";
import type { Family } from "../net/ip.ts";
import type { NodeInFamily } from "./context.ts";
import type { PortInFamily } from "./endpoint-rows.ts";
import { nftPurposeOf } from "./nft-purpose.ts";
import type { OwnedChain } from "./owned-chain.ts";
import { type ElementText, nftElementText, nftRuleText } from "./rule-text.ts";

/** An element of a set or a map of the nftables mode. */
export interface OwnedElement extends ElementText {
	readonly family: Family;
}

/** A set of clients of the nftables mode: those that come back to an endpoint. */
export interface OwnedSet {
	readonly family: Family;
	readonly name: string;
	readonly servicePort: string;
	/** `ip:port` */
	readonly endpoint: string | undefined;
	/** How long a client is remembered. */
	readonly timeoutSeconds: number | undefined;
}

/** The chains of kube-proxy's table of nftables where service ports have rules: their own, then those of endpoints. */
export function nftChainsOf(node: NodeInFamily, servicePorts: ReadonlySet<string>): readonly OwnedChain[] {
	const { table } = indexNft(node.state);
	if (table === undefined) return [];
	const owned = table.chains.flatMap((chain): readonly OwnedChain[] => {
		const { name } = chain;
		const origin = originOf(chain);
		if (origin?.subject === undefined || !servicePorts.has(origin.subject)) return [];
		return [
			{
				family: node.state.family,
				table: `${table.family} ${table.name}`,
				name,
				servicePort: origin.subject,
				endpoint: name.startsWith("endpoint-") ? origin.detail : undefined,
				isShared: false,
				purpose: nftPurposeOf(name),
				rules: chain.rules.map((rule, index) => nftRuleText(name, rule, index + 1)),
			},
		];
	});
	return [
		...owned.filter(({ endpoint }) => endpoint === undefined),
		...owned.filter(({ endpoint }) => endpoint !== undefined),
	];
}

/** Whose a chain is; undefined: all Services share it. */
export function originOf({ name, rules }: Chain): Origin | undefined {
	return isOfServicePort(name) ? rules.find(({ origin }) => origin?.subject !== undefined)?.origin : undefined;
}

/** The elements that service ports have in sets and maps that all Services share, family by family. */
export function nftElementsOf(ports: readonly PortInFamily[]): readonly OwnedElement[] {
	const nodes = new Set(ports.map(({ node }) => node));
	return [...nodes].flatMap((node) => {
		const own = ports.filter((port) => port.node === node);
		const names = new Set(own.map(({ port }) => port.name));
		const keys = new Set(own.flatMap(keysOf));
		// Service ports may have a cluster IP or an endpoint in common: it is there once.
		const isOwn = ({ key, origin }: Element): boolean => names.has(origin?.subject ?? "") || keys.has(key.join(" "));
		const sets = indexNft(node.state).table?.sets ?? [];
		return sets.flatMap(({ name, elements }) =>
			inListedOrder(elements.filter(isOwn)).map((element) => ({
				family: node.state.family,
				...nftElementText(name, element),
			})),
		);
	});
}

function keysOf({ port }: PortInFamily): readonly string[] {
	const { protocol, clusterIP, selection } = port;
	const local = selection.reachable.filter(({ isLocal }) => isLocal);
	return [clusterIP, ...local.map(({ ip, port: number }) => `${ip} ${ip} ${protocol} ${number}`)];
}

/** The sets of clients of service ports. */
export function nftSetsOf(nodes: readonly NodeInFamily[], servicePorts: ReadonlySet<string>): readonly OwnedSet[] {
	return nodes.flatMap(({ state }) => {
		const index = indexNft(state);
		return [...setOwners(index)].flatMap(([name, { subject, detail }]) => {
			if (subject === undefined || !servicePorts.has(subject)) return [];
			const timeoutSeconds = index.sets.get(name)?.timeoutSeconds;
			return [{ family: state.family, name, servicePort: subject, endpoint: detail, timeoutSeconds }];
		});
	});
}

/** Whose the sets of clients are: they are filled by the chain of their endpoint. */
export function setOwners({ chains }: NftIndex): ReadonlyMap<string, Origin> {
	const owners = new Map<string, Origin>();
	for (const { rules } of chains.values()) {
		for (const { statements, origin } of rules) {
			for (const statement of statements) {
				if (statement.kind === "update" && origin !== undefined) owners.set(statement.set, origin);
			}
		}
	}
	return owners;
}
