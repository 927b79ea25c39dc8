import type { Model } from "../../model/model.ts";
import type { ServicePort } from "../../model/service-port.ts";
import type { Installation } from "../netfilter/installation.ts";
import type { Sysctl } from "../sysctl.ts";
import { type ServiceChains, serviceChains } from "./names.ts";

/** The rules of the iptables mode for one family. */
export interface IptablesRules extends Installation {
	/** nfacct counters that rules refer to: they must exist before the rules are loaded. Sorted. */
	readonly nfacctCounters: readonly string[];
	/** Settings that kube-proxy writes at start. */
	readonly sysctls: readonly Sysctl[];
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
