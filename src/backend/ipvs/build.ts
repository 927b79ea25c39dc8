import type { IpSet } from "../../lang/ipset/set.ts";
import type { Table } from "../../lang/iptables/ruleset.ts";
import { sourceOf } from "../../lang/iptables/ruleset-source.ts";
import type { IpvsTable } from "../../lang/ipvs/table.ts";
import type { Model } from "../../model/model.ts";
import type { IP } from "../../net/ip.ts";
import type { Installation } from "../netfilter/installation.ts";
import type { Sysctl } from "../sysctl.ts";
import { type Entries, setEntries } from "./entries.ts";
import { FILTER_CHAINS, filterRules } from "./filter-rules.ts";
import { CREATED_CHAINS, JUMPS } from "./jumps.ts";
import { NAT_CHAINS, natRules } from "./nat-rules.ts";
import { dummyIPs } from "./node-addresses.ts";
import { SETS, type SetKey, setName } from "./sets.ts";
import { withStorableAddresses } from "./storable.ts";
import { sysctls } from "./sysctls.ts";
import { virtualServers } from "./virtual-servers.ts";

/** The rules of the IPVS mode for one family. */
export interface IpvsRules extends Installation {
	/** In the order of creation; all of them, also when empty: rules refer to them. */
	readonly sets: readonly IpSet[];
	readonly table: IpvsTable;
	/** Addresses of the dummy interface `kube-ipvs0`, each as a network of its own. */
	readonly dummyIPs: readonly IP[];
	/** In the order of writing. */
	readonly sysctls: readonly Sysctl[];
	/** Timers of the kernel in seconds; 0: left as they are. */
	readonly timeouts: { readonly tcp: number; readonly tcpFin: number; readonly udp: number };
}

/** The rules of the IPVS mode for a model: the first sync on a clean node. */
export function buildIpvs(given: Model): IpvsRules {
	const model = withStorableAddresses(given);
	const entries = setEntries(model);
	const { tcpTimeoutSeconds, tcpFinTimeoutSeconds, udpTimeoutSeconds } = model.config.ipvs;
	return {
		family: model.family,
		chains: CREATED_CHAINS,
		jumps: JUMPS,
		restore: sourceOf({ family: model.family, tables: tables(model, entries) }),
		hasAddressesAsWritten: false,
		sets: Object.keys(SETS).map((key) => ipSet(key as SetKey, model, entries)),
		table: virtualServers(model),
		dummyIPs: dummyIPs(model),
		sysctls: sysctls(model),
		timeouts: { tcp: tcpTimeoutSeconds, tcpFin: tcpFinTimeoutSeconds, udp: udpTimeoutSeconds },
	};
}

function tables(model: Model, entries: Entries): readonly Table[] {
	return [
		{ name: "nat", chains: NAT_CHAINS.map((name) => ({ name })), rules: natRules(model, entries) },
		{ name: "filter", chains: FILTER_CHAINS.map((name) => ({ name })), rules: filterRules(model, entries) },
	];
}

function ipSet(key: SetKey, { family }: Model, entries: Entries): IpSet {
	return { name: setName(key, family), type: SETS[key].type, family, entries: entries[key] } as IpSet;
}
