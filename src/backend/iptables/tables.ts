import type { Grouped, RuleGroup } from "../../lang/iptables/grouped-table.ts";
import type { Chain, Rule, TablePart } from "../../lang/iptables/ruleset.ts";
import type { Model } from "../../model/model.ts";
import { hasExternalChain, hasFirewall } from "../../model/service-port.ts";
import { forwardRules, markRules, postroutingRules } from "../netfilter/masquerade.ts";
import { filterChains, invalidRules, localnetRules, natChains, nodePortJumps } from "./base-rules.ts";
import { dispatchRules } from "./dispatch.ts";
import { endpointChains, internalMasqueradeRules } from "./endpoint-chains.ts";
import { externalChainRules } from "./external-chain.ts";
import { firewallChainRules, firewallDropRules, healthCheckRules } from "./firewall.ts";
import { unservedIPRules, unservedLoadBalancerRules, unservedNodePortRules } from "./no-endpoints.ts";
import { type Draft, draft } from "./rules.ts";

/** What is in a table, in the order of kube-proxy's text. */
export interface TableContents {
	readonly name: "filter" | "nat";
	readonly head: (model: Model) => TablePart;
	/** The rules of a service port. */
	readonly group: (draft: Draft) => RuleGroup;
	readonly tail: (model: Model) => readonly Rule[];
}

const FILTER: TableContents = {
	name: "filter",
	head: (model) => ({ chains: named(filterChains(model)), rules: localnetRules(model) }),
	group: (parts) => ({
		subject: parts.port.name,
		dispatch: NO_RULES.concat(
			unservedIPRules(parts),
			firewallDropRules(parts),
			unservedLoadBalancerRules(parts),
			unservedNodePortRules(parts),
			healthCheckRules(parts),
		),
		chains: NO_CHAINS,
		rules: NO_RULES,
	}),
	tail: (model) => [...invalidRules(model), ...forwardRules(model)],
};

const NAT: TableContents = {
	name: "nat",
	head: (model) => ({ chains: named(natChains()), rules: [...postroutingRules(model), ...markRules(model)] }),
	group: (parts) => {
		const { chains, rules } = endpointChains(parts);
		return {
			subject: parts.port.name,
			dispatch: dispatchRules(parts),
			chains: named(serviceChainsIn(parts)).concat(chains),
			rules: internalMasqueradeRules(parts).concat(externalChainRules(parts), firewallChainRules(parts), rules),
		};
	},
	tail: nodePortJumps,
};

/** The tables of the iptables mode, in the order of kube-proxy's text. */
export const TABLES: readonly TableContents[] = [FILTER, NAT];

/** The rules of a table for a model; each group is made when somebody comes to it. */
export function groupedRules({ head, group, tail }: TableContents, model: Model): Grouped<Iterable<RuleGroup>> {
	return { head: head(model), groups: groupsOf(group, model), tail: tail(model) };
}

function* groupsOf(group: TableContents["group"], model: Model): Generator<RuleGroup> {
	for (const port of model.servicePorts) yield group(draft(model, port));
}

const NO_CHAINS: readonly Chain[] = [];
const NO_RULES: readonly Rule[] = [];

/** Chains of a service port that do not lead to endpoints themselves. */
function serviceChainsIn({ port, chains }: Draft): readonly string[] {
	return [...(hasExternalChain(port) ? [chains.external] : []), ...(hasFirewall(port) ? [chains.firewall] : [])];
}

function named(names: readonly string[]): readonly Chain[] {
	return names.map((name) => ({ name }));
}
