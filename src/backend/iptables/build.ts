import { BEHAVIOURS } from "../../config/kube-version.ts";
import { partsOf } from "../../lang/iptables/grouped-table.ts";
import type { Model } from "../../model/model.ts";
import { conntrackSysctls, type Sysctl } from "../sysctl.ts";
import { INVALID_COUNTER } from "./base-rules.ts";
import { LOCALHOST_COUNTER } from "./dispatch.ts";
import { CREATED_CHAINS, JUMPS } from "./jumps.ts";
import { keptRules } from "./kept-rules.ts";
import type { IptablesRules } from "./rules.ts";
import { groupedRules, TABLES } from "./tables.ts";

/**
 * The rules of the iptables mode for a model: a full first sync, in the order of kube-proxy's text. Who prints them makes them as
 * it goes through them.
 *
 * @param before of service ports that are the same objects as then, the rules need not be made again for who keeps them
 */
export function buildIptables(model: Model, before?: IptablesRules): IptablesRules {
	const { family } = model;
	const tables = TABLES.map((table) => ({ name: table.name, parts: () => partsOf(groupedRules(table, model)) }));
	return {
		family,
		chains: CREATED_CHAINS,
		jumps: JUMPS,
		restore: { family, tables },
		kept: keptRules(model, before?.kept),
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
