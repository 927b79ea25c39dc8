import type { NftablesBehaviour } from "../../config/kube-version.ts";
import type { Endpoint } from "../../model/endpoint.ts";
import type { Model } from "../../model/model.ts";
import type { ServicePort } from "../../model/service-port.ts";
import { type EndpointNames, endpointNames, type ServiceChains, serviceChains } from "./names.ts";
import type { Words } from "./words.ts";

/** What all rules of a family share. */
export interface Context {
	readonly model: Model;
	readonly behaviour: NftablesBehaviour;
	readonly words: Words;
}

/** One service port on its way to rules: what its parts share. */
export interface Draft extends Context {
	readonly port: ServicePort;
	readonly chains: ServiceChains;
	/** The endpoints that have a chain of their own, with their names: none, or all that this node may use. */
	readonly endpoints: ReadonlyMap<Endpoint, EndpointNames>;
}

/** Starts the rules of a service port. */
export function draft(context: Context, port: ServicePort): Draft {
	const hasChains = context.behaviour.endpoints === "chains" || port.affinitySeconds !== undefined;
	const endpoints = hasChains ? port.selection.reachable : [];
	return {
		...context,
		port,
		chains: serviceChains(port),
		endpoints: new Map(endpoints.map((endpoint) => [endpoint, endpointNames(port, endpoint)])),
	};
}
