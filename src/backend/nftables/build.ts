import { BEHAVIOURS, type NftablesBehaviour } from "../../config/kube-version.ts";
import type { TableName } from "../../lang/nft/table.ts";
import type { Command, Transaction } from "../../lang/nft/transaction.ts";
import type { Model } from "../../model/model.ts";
import { hasExternalChain } from "../../model/service-port.ts";
import type { Family } from "../../net/ip.ts";
import { conntrackSysctls, type Sysctl } from "../sysctl.ts";
import {
	baseChainCommands,
	clusterIPCheckCommands,
	dispatchCommands,
	firewallCheckCommands,
	flushCommands,
	jumpCommands,
	masqueradeCommands,
	nodePortAddressCommands,
	noEndpointCommands,
} from "./base-rules.ts";
import { emptyChain } from "./commands.ts";
import { withDistinctElements } from "./distinct-elements.ts";
import { type Context, type Draft, draft } from "./draft.ts";
import {
	clusterIPElements,
	externalIPElements,
	hairpinElements,
	hasFirewallChain,
	loadBalancerElements,
	nodePortElements,
} from "./elements.ts";
import { affinitySets, balancingRules, endpointRules, internalMasqueradeRules } from "./endpoint-chains.ts";
import { externalChainRules } from "./external-chain.ts";
import { firewallChainRules } from "./firewall.ts";
import { wordsOf } from "./words.ts";

/** The rules of the nftables mode for one family. */
export interface NftablesRules {
	readonly family: Family;
	/** What kube-proxy sends to `nft -f -` in its first sync on a clean node. */
	readonly transaction: Transaction;
	/** Settings that kube-proxy writes at start. */
	readonly sysctls: readonly Sysctl[];
}

/** The rules of the nftables mode for a model: a full first sync, in the order of kube-proxy's text. Source: spec section 9. */
export function buildNftables(model: Model): NftablesRules {
	const behaviour = behaviourOf(model);
	const context: Context = { model, behaviour, words: wordsOf(model, behaviour) };
	const table: TableName = { family: context.words.family, name: "kube-proxy" };
	const commands = withDistinctElements([...baseCommands(context), ...serviceCommands(context)]);
	return {
		family: model.family,
		transaction: commands.map((command) => ({ table, ...command })),
		sysctls: conntrackSysctls(model.config),
	};
}

function behaviourOf({ kubeVersion }: Model): NftablesBehaviour {
	const behaviour = BEHAVIOURS[kubeVersion].nftables;
	if (behaviour === undefined) throw new Error(`internal error: there is no nftables mode for ${kubeVersion}`);
	return behaviour;
}

function baseCommands(context: Context): readonly Command[] {
	return [
		{ kind: "add-table", comment: "rules for kube-proxy" },
		...baseChainCommands(context),
		...jumpCommands(context),
		...masqueradeCommands(context),
		...clusterIPCheckCommands(context),
		...nodePortAddressCommands(context),
		...noEndpointCommands(context),
		...firewallCheckCommands(context),
		...dispatchCommands(context),
		...flushCommands(context),
	];
}

function serviceCommands(context: Context): readonly Command[] {
	return context.model.servicePorts.flatMap((port) => {
		const parts = draft(context, port);
		return [
			...chainCommands(parts),
			...clusterIPElements(parts),
			...externalIPElements(parts),
			...(hasFirewallChain(port) ? emptyChain(parts.chains.firewall) : []),
			...loadBalancerElements(parts),
			...nodePortElements(parts),
			...internalMasqueradeRules(parts),
			...externalChainRules(parts),
			...firewallChainRules(parts),
			...affinitySets(parts),
			...balancingRules(parts),
			...endpointRules(parts),
		];
	});
}

function chainCommands(parts: Draft): readonly Command[] {
	const { chains, port, endpoints } = parts;
	const { reachable, cluster, local } = port.selection;
	return [
		...reachable.flatMap((endpoint) => {
			const chain = endpoints.get(endpoint)?.chain;
			return [...(chain === undefined ? [] : emptyChain(chain)), ...hairpinElements(parts, endpoint)];
		}),
		...(cluster.length > 0 ? emptyChain(chains.cluster) : []),
		...(local.length > 0 ? emptyChain(chains.local) : []),
		...(hasExternalChain(parts.port) ? emptyChain(chains.external) : []),
	];
}
