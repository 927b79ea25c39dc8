import { BEHAVIOURS } from "../../config/kube-version.ts";
import type { Rule, Ruleset, Table } from "../../lang/iptables/ruleset.ts";
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
		restore: restoreRuleset(model),
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

interface TableDraft {
	readonly chains: string[];
	readonly rules: Rule[];
}

function restoreRuleset(model: Model): Ruleset {
	const filter: TableDraft = { chains: [...filterChains(model)], rules: [...localnetRules(model)] };
	const nat: TableDraft = { chains: [...natChains()], rules: [...postroutingRules(model), ...markRules(model)] };
	for (const port of model.servicePorts) {
		const parts = draft(model, port);
		addFilterRules(filter, parts);
		addNatRules(nat, parts);
	}
	add(nat, nodePortJumps(model));
	add(filter, invalidRules(model));
	add(filter, forwardRules(model));
	return { family: model.family, tables: [tableOf("filter", filter), tableOf("nat", nat)] };
}

function addFilterRules(filter: TableDraft, parts: Draft): void {
	add(filter, unservedIPRules(parts));
	add(filter, firewallDropRules(parts));
	add(filter, unservedLoadBalancerRules(parts));
	add(filter, unservedNodePortRules(parts));
	add(filter, healthCheckRules(parts));
}

function addNatRules(nat: TableDraft, parts: Draft): void {
	const toEndpoints = endpointChains(parts);
	if (hasExternalChain(parts.port)) nat.chains.push(parts.chains.external);
	if (hasFirewall(parts.port)) nat.chains.push(parts.chains.firewall);
	for (const chain of toEndpoints.chains) nat.chains.push(chain);
	add(nat, dispatchRules(parts));
	add(nat, internalMasqueradeRules(parts));
	add(nat, externalChainRules(parts));
	add(nat, firewallChainRules(parts));
	add(nat, toEndpoints.rules);
}

function add(table: TableDraft, rules: readonly Rule[]): void {
	for (const rule of rules) table.rules.push(rule);
}

function tableOf(name: string, { chains, rules }: TableDraft): Table {
	return { name, chains: chains.map((chain) => ({ name: chain })), rules };
}
