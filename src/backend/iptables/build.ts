import { BEHAVIOURS } from "../../config/kube-version.ts";
import type { Chain, Rule, TablePart } from "../../lang/iptables/ruleset.ts";
import type { RulesetSource } from "../../lang/iptables/ruleset-source.ts";
import type { Model } from "../../model/model.ts";
import { hasExternalChain, hasFirewall } from "../../model/service-port.ts";
import { forwardRules, markRules, postroutingRules } from "../netfilter/masquerade.ts";
import { conntrackSysctls, type Sysctl } from "../sysctl.ts";
import { filterChains, INVALID_COUNTER, invalidRules, localnetRules, natChains, nodePortJumps } from "./base-rules.ts";
import { dispatchRules, LOCALHOST_COUNTER } from "./dispatch.ts";
import { endpointChains, internalMasqueradeRules } from "./endpoint-chains.ts";
import { externalChainRules } from "./external-chain.ts";
import { firewallChainRules, firewallDropRules, healthCheckRules } from "./firewall.ts";
import { CREATED_CHAINS, JUMPS } from "./jumps.ts";
import { unservedIPRules, unservedLoadBalancerRules, unservedNodePortRules } from "./no-endpoints.ts";
import { type Draft, draft, type IptablesRules } from "./rules.ts";

/** The rules of the iptables mode for a model: a full first sync, in the order of kube-proxy's text. */
export function buildIptables(model: Model): IptablesRules {
	return {
		family: model.family,
		chains: CREATED_CHAINS,
		jumps: JUMPS,
		restore: restoreSource(model),
		hasAddressesAsWritten: BEHAVIOURS[model.kubeVersion].addressesAsWritten,
		nfacctCounters: nfacctCounters(model),
		sysctls: sysctls(model),
	};
}

/** The kernel lets packets from loopback addresses out only when it is told to. */
function sysctls({ config, localhostNodePorts }: Model): readonly Sysctl[] {
	const localnet = { name: "net.ipv4.conf.all.route_localnet", value: 1 };
	return [...(localhostNodePorts ? [localnet] : []), ...conntrackSysctls(config)];
}

/** The counters that rules of this model refer to, sorted. */
function nfacctCounters({ nfacctCounters, config, localhostNodePorts, servicePorts }: Model): readonly string[] {
	if (!nfacctCounters) return [];
	const hasNodePort = servicePorts.some(({ nodePort, selection }) => nodePort !== 0 && selection.hasEndpoints);
	return [
		...(config.tcpBeLiberal ? [] : [INVALID_COUNTER]),
		...(localhostNodePorts && hasNodePort ? [LOCALHOST_COUNTER] : []),
	];
}

function restoreSource(model: Model): RulesetSource {
	const { family } = model;
	return {
		family,
		tables: [
			{ name: "filter", parts: () => filterParts(model) },
			{ name: "nat", parts: () => natParts(model) },
		],
	};
}

function* filterParts(model: Model): Generator<TablePart> {
	yield { chains: named(filterChains(model)), rules: localnetRules(model) };
	for (const port of model.servicePorts) {
		const parts = draft(model, port);
		yield onlyRules(
			unservedIPRules(parts),
			firewallDropRules(parts),
			unservedLoadBalancerRules(parts),
			unservedNodePortRules(parts),
			healthCheckRules(parts),
		);
	}
	yield onlyRules(invalidRules(model), forwardRules(model));
}

function* natParts(model: Model): Generator<TablePart> {
	yield { chains: named(natChains()), rules: [...postroutingRules(model), ...markRules(model)] };
	for (const port of model.servicePorts) {
		const parts = draft(model, port);
		yield { chains: named(serviceChainsIn(parts)), rules: NO_RULES };
		yield onlyRules(
			dispatchRules(parts),
			internalMasqueradeRules(parts),
			externalChainRules(parts),
			firewallChainRules(parts),
		);
		yield endpointChains(parts);
	}
	yield onlyRules(nodePortJumps(model));
}

const NO_RULES: readonly Rule[] = [];

/** Chains of a service port that do not lead to endpoints themselves. */
function serviceChainsIn({ port, chains }: Draft): readonly string[] {
	return [...(hasExternalChain(port) ? [chains.external] : []), ...(hasFirewall(port) ? [chains.firewall] : [])];
}

function named(names: readonly string[]): readonly Chain[] {
	return names.map((name) => ({ name }));
}

function onlyRules(...rules: readonly (readonly Rule[])[]): TablePart {
	return { chains: [], rules: NO_RULES.concat(...rules) };
}
