import type { ProxyConfig } from "../../config/proxy-config.ts";
import type { Model } from "../../model/model.ts";
import type { ServicePort } from "../../model/service-port.ts";
import type { Installation } from "../netfilter/installation.ts";
import type { KeptTable } from "../netfilter/installed.ts";
import type { Sysctl } from "../sysctl.ts";
import { type ServiceChains, serviceChains } from "./names.ts";

/** The rules of the iptables mode for one family. */
export interface IptablesRules extends Installation {
	/** nfacct counters that rules refer to: they must exist before the rules are loaded. Sorted. */
	readonly nfacctCounters: readonly string[];
	/** Settings that kube-proxy writes at start. */
	readonly sysctls: readonly Sysctl[];
	/** The same rules as `restore`, for who keeps them: made when they are first asked for. */
	readonly kept: () => KeptRules;
}

/** Rules as data, for a node's state, and for another build that may take over those of service ports. */
export interface KeptRules {
	/** Equal for models in which the same service port has the same rules. */
	readonly frame: string;
	readonly servicePorts: readonly ServicePort[];
	/** In the order of the text; of each table, the groups are those of `servicePorts`, in this order. */
	readonly tables: readonly KeptTable[];
}

/** All that the rules of a service port depend on beside it. A model is one, but rules get to see no more of it. */
export interface RuleFrame {
	readonly config: Pick<ProxyConfig, "masqueradeAll">;
	readonly localTraffic: Model["localTraffic"];
	readonly localhostNodePorts: boolean;
	readonly nfacctCounters: boolean;
	/** Rules depend on `hasEndpointComments` alone. */
	readonly endpointCount: number;
}

/** One service port on its way to rules: what its parts share. */
export interface Draft {
	readonly model: RuleFrame;
	readonly port: ServicePort;
	readonly chains: ServiceChains;
}

/** Starts the rules of a service port. */
export function draft(model: RuleFrame, port: ServicePort): Draft {
	return { model, port, chains: serviceChains(port) };
}

/** Above this many endpoints kube-proxy leaves out the comments of endpoint rules. Source: spec section 8.4, cases 100, 101. */
const MOST_ENDPOINTS_WITH_COMMENTS = 1000;

/** Whether endpoint rules have comments. */
export function hasEndpointComments({ endpointCount }: Pick<RuleFrame, "endpointCount">): boolean {
	return endpointCount <= MOST_ENDPOINTS_WITH_COMMENTS;
}
