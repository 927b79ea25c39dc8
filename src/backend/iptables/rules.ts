import type { Match, Rule, Ruleset } from "../../lang/iptables/ruleset.ts";
import type { Model } from "../../model/model.ts";
import type { ServicePort } from "../../model/service-port.ts";
import { type ServiceChains, serviceChains } from "./names.ts";

/** The rules of the iptables mode for one family. */
export interface IptablesRules {
	readonly family: Ruleset["family"];
	/** Tables that get a canary chain: its loss tells kube-proxy that somebody flushed the rules. In order of creation. */
	readonly canaryTables: readonly string[];
	/** Each is inserted at the top of its chain, in this order. */
	readonly jumps: readonly Jump[];
	/** What kube-proxy sends to iptables-restore. */
	readonly restore: Ruleset;
	/** Endpoint addresses in `restore` are spelled as in the slices (1.30); the kernel has them in canonical form. */
	readonly hasAddressesAsWritten: boolean;
	/** nfacct counters that rules refer to: they must exist before the rules are loaded. Sorted. */
	readonly nfacctCounters: readonly string[];
}

/** A rule in a built-in chain that leads to one of kube-proxy's. */
export interface Jump {
	readonly table: "filter" | "nat";
	/** Where it leads; the chain is created first. */
	readonly chain: string;
	readonly rule: Rule;
}

/** One service port on its way to rules: what its parts share. */
export interface Draft {
	readonly model: Model;
	readonly port: ServicePort;
	readonly chains: ServiceChains;
}

/** Starts the rules of a service port. */
export function draft(model: Model, port: ServicePort): Draft {
	return { model, port, chains: serviceChains(port) };
}

/** A comment. */
export function comment(text: string): Match {
	return { kind: "comment", text };
}

/** A protocol and, perhaps, a destination port. */
export function ports(protocol: ServicePort["protocol"], destinationPort?: number): Match {
	return { kind: "ports", protocol, destinationPort };
}
