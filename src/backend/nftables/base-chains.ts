import type { NftablesBehaviour } from "../../config/kube-version.ts";
import type { ChainHook } from "../../lang/nft/table.ts";

/** A chain that the kernel calls. */
export interface BaseChain {
	readonly name: string;
	readonly hook: ChainHook;
}

/** A jump from a base chain to a chain of rules. */
export interface BaseJump {
	readonly from: string;
	readonly to: string;
	/** Only the first packet of a connection takes it. */
	readonly isForNew: boolean;
}

/** The base chains, in the order of creation. Source: spec sections 6.1 and 13.2. */
export function baseChains({ firewallCheck }: NftablesBehaviour): readonly BaseChain[] {
	return firewallCheck === "own-chains" ? [...PRE_DNAT, ...FILTER, ...NAT] : [...OLD_FILTER, ...NAT];
}

/** Their jumps, in the order of creation. Source: spec sections 6.2 and 13.2. */
export function baseJumps({ firewallCheck }: NftablesBehaviour): readonly BaseJump[] {
	const [forwarded, sent, checked] =
		firewallCheck === "own-chains"
			? ["filter-prerouting-pre-dnat", "filter-output-pre-dnat", "filter-output"]
			: ["filter-prerouting", "filter-output", "filter-output-post-dnat"];
	return [
		jump("filter-input", "nodeport-endpoints-check"),
		jump("filter-input", "service-endpoints-check"),
		jump("filter-forward", "service-endpoints-check"),
		jump("filter-output", "service-endpoints-check"),
		jump(forwarded, "firewall-check"),
		jump(sent, "firewall-check"),
		jump("nat-output", "services", false),
		jump("nat-prerouting", "services", false),
		jump("nat-postrouting", "masquerading", false),
		jump("filter-forward", "cluster-ips-check"),
		jump(checked, "cluster-ips-check"),
	];
}

const PRE_DNAT: readonly BaseChain[] = [
	base("filter-prerouting-pre-dnat", "filter", "prerouting", -110),
	base("filter-output-pre-dnat", "filter", "output", -110),
];

const FILTER: readonly BaseChain[] = [
	base("filter-input", "filter", "input", 0),
	base("filter-forward", "filter", "forward", 0),
	base("filter-output", "filter", "output", 0),
];

/** Ahead of DNAT, but for the last. */
const OLD_FILTER: readonly BaseChain[] = [
	base("filter-prerouting", "filter", "prerouting", -110),
	base("filter-input", "filter", "input", -110),
	base("filter-forward", "filter", "forward", -110),
	base("filter-output", "filter", "output", -110),
	base("filter-output-post-dnat", "filter", "output", -90),
];

const NAT: readonly BaseChain[] = [
	base("nat-prerouting", "nat", "prerouting", -100),
	base("nat-output", "nat", "output", -100),
	base("nat-postrouting", "nat", "postrouting", 100),
];

function base(name: string, type: string, hook: string, priority: number): BaseChain {
	return { name, hook: { type, hook, device: undefined, priority, policy: undefined } };
}

function jump(from: string, to: string, isForNew = true): BaseJump {
	return { from, to, isForNew };
}
