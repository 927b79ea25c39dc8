import type { Family } from "../net/ip.ts";
import type { IpSet } from "./ipset/set.ts";
import type { Table } from "./iptables/ruleset.ts";
import type { VirtualServer } from "./ipvs/table.ts";
import type { Table as NftTable } from "./nft/table.ts";

/**
 * What a node has in the kernel for one family, in every language, or as much of it as is known: undefined is not known,
 * an empty list is nothing.
 */
export interface NodeState {
	readonly family: Family;
	/** With built-in chains and the jumps in them, as iptables-save lists them. */
	readonly iptables: readonly Table[] | undefined;
	/** What the other of the two programs called iptables (legacy, nft) lists: the kernel asks both. Undefined: nothing. */
	readonly otherIptables?: readonly Table[] | undefined;
	readonly virtualServers: readonly VirtualServer[] | undefined;
	readonly sets: readonly IpSet[] | undefined;
	/** Addresses of `kube-ipvs0`, canonical. */
	readonly dummyIPs: readonly string[] | undefined;
	/** Tables of nftables that see packets of the family: kube-proxy's, and on a node those of others. */
	readonly nft?: readonly NftTable[] | undefined;
	/**
	 * How much of iptables this is. `kube-proxy`: its own rules, as compiled. `restored`: only what it sends to
	 * iptables-restore, without jumps and canaries. `node`: everything, rules of others too.
	 */
	readonly extent: "kube-proxy" | "restored" | "node";
}
