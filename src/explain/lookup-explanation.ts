import type { Family, IP } from "../net/ip.ts";
import type { Protocol } from "../net/protocol.ts";
import type { Finding } from "./finding.ts";
import type { Frontend } from "./frontends.ts";
import type { Reach } from "./reach.ts";
import type { ElementText, RuleText } from "./rule-text.ts";

/** An address, an address with a port, or a node port. */
export interface AddressExplanation {
	readonly kind: "address";
	/** As it was asked: `10.96.10.20`, `10.96.10.20:80/tcp`, `node:30080/tcp`. */
	readonly name: string;
	readonly node: string;
	/** Whose it is, nearest first; at least one. */
	readonly owners: readonly Owner[];
	/** What clients meet there; empty without a port. */
	readonly traffic: readonly PlacedReach[];
	readonly findings: readonly Finding[];
}

/** What clients meet at an address and port. */
export interface PlacedReach {
	readonly ip: IP;
	readonly port: number;
	readonly protocol: Protocol;
	readonly reaches: readonly Reach[];
}

/** One answer to whose an address is. */
export interface Owner {
	readonly kind:
		| Frontend["kind"]
		| "health-check-node-port"
		| "endpoint"
		| "node"
		| "pod-cidr"
		| "cluster-cidr"
		| "service-cidr"
		| "loopback";
	/** `shop/web`; undefined: no Service has to do with it. */
	readonly service: string | undefined;
	/** The Node; undefined: no particular one. */
	readonly node: string | undefined;
	/** `namespace/name`; undefined: no pod, or none that a slice names. */
	readonly pod: string | undefined;
	/** One sentence without a full stop. */
	readonly message: string;
}

/** A chain. */
export interface ChainExplanation {
	readonly kind: "chain";
	readonly name: string;
	readonly node: string;
	/** `shop/web:http`; undefined: all Services share it. */
	readonly servicePort: string | undefined;
	/** The endpoint (`ip:port`) it is about; undefined: none in particular. */
	readonly endpoint: string | undefined;
	readonly purpose: string;
	/** One for each table and family that has it. */
	readonly places: readonly ChainPlace[];
	readonly findings: readonly Finding[];
}

/** A chain in one table. */
export interface ChainPlace {
	readonly family: Family;
	readonly table: string;
	readonly rules: readonly RuleText[];
	/** Rules that jump to it. */
	readonly callers: readonly RuleText[];
	/** Entries of maps that lead to it; undefined where there are no maps: with iptables. */
	readonly entries: readonly ElementText[] | undefined;
}

/** A set or a map of the nftables mode. */
export interface SetExplanation {
	readonly kind: "set";
	readonly name: string;
	readonly node: string;
	/** `shop/web:http`; undefined: all Services share it. */
	readonly servicePort: string | undefined;
	/** The endpoint (`ip:port`) whose clients it has; undefined: none in particular. */
	readonly endpoint: string | undefined;
	readonly purpose: string;
	/** One for each family that has it. */
	readonly places: readonly SetPlace[];
	readonly findings: readonly Finding[];
}

/** A set or a map in one table. */
export interface SetPlace {
	readonly family: Family;
	readonly table: string;
	/** In the order in which nft lists them. Clients that are remembered are not among them: only the node knows them. */
	readonly elements: readonly ElementText[];
	/** Rules that ask it, or fill it. */
	readonly users: readonly RuleText[];
}
