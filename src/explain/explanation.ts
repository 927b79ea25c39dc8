import type { Service } from "../snapshot/snapshot.ts";
import type { EndpointRow, Unused } from "./endpoint-row.ts";
import type { Finding } from "./finding.ts";
import type { Frontend } from "./frontends.ts";
import type { AddressExplanation, ChainExplanation, SetExplanation } from "./lookup-explanation.ts";
import type { ServiceNames } from "./names.ts";
import type { OwnedElement, OwnedSet } from "./nft-owned.ts";
import type { NodeExplanation } from "./node-explanation.ts";
import type { OwnedEntry, OwnedServer } from "./owned.ts";
import type { OwnedChain } from "./owned-chain.ts";
import type { LoadBalancer } from "./pool.ts";

/** What was found out about what was asked. */
export type Explanation = ServiceExplanation | AddressExplanation | ChainExplanation | SetExplanation | NodeExplanation;

/** There is no such thing, and what there is instead. */
export interface NotFound {
	readonly kind: "not-found";
	/** A sentence without a full stop. */
	readonly message: string;
}

/** A Service, or one of its ports. */
export interface ServiceExplanation {
	readonly kind: "service";
	/** `shop/web`. */
	readonly name: string;
	readonly service: Service;
	readonly node: string;
	/** `iptables`, `ipvs`, `nftables`. */
	readonly mode: string;
	/** Why there are no rules for it at all; undefined: there are. */
	readonly withoutRules: Unused | undefined;
	/** Family by family, in the order of the Service's ports. */
	readonly frontends: readonly Frontend[];
	readonly endpoints: readonly EndpointRow[];
	readonly chains: readonly OwnedChain[];
	/** IPVS mode only. */
	readonly servers: readonly OwnedServer[];
	/** IPVS mode only. */
	readonly entries: readonly OwnedEntry[];
	/** nftables mode only. */
	readonly elements: readonly OwnedElement[];
	/** nftables mode only. */
	readonly clientSets: readonly OwnedSet[];
	readonly names: ServiceNames;
	readonly loadBalancer: LoadBalancer | undefined;
	readonly findings: readonly Finding[];
}
