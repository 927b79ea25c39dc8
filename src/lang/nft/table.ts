import type { Origin } from "../origin.ts";
import type { Statement, Verdict } from "./statement.ts";

/** Which packets a table sees. */
export type TableFamily = (typeof TABLE_FAMILIES)[number];

/** Every family of tables. */
export const TABLE_FAMILIES = ["ip", "ip6", "inet", "arp", "bridge", "netdev"] as const;

/** What tells a table from others. */
export interface TableName {
	readonly family: TableFamily;
	readonly name: string;
}

/** A table with all that is in it. */
export interface Table extends TableName {
	readonly comment: string | undefined;
	/** Sets and maps, in the order of creation. */
	readonly sets: readonly NamedSet[];
	/** In the order of creation. */
	readonly chains: readonly Chain[];
	/** Lines and whole blocks that are not modelled (flags, counters, flowtables), as they were written. Only the parser makes them. */
	readonly unknown: readonly string[];
}

/** A set or a map with a name, without its elements. */
export interface SetDeclaration {
	readonly kind: "set" | "map";
	readonly name: string;
	/** One for each part of a key: `ipv4_addr`, `inet_proto`, `inet_service` …; none where the text names something typed alike (`typeof`). */
	readonly keyTypes: readonly string[];
	/** What a map holds (`verdict`, `ipv4_addr` …); undefined for a set. */
	readonly valueType: string | undefined;
	/** As written: `dynamic`, `timeout`, `interval` … */
	readonly flags: readonly string[];
	/** How long elements stay; undefined: for ever. */
	readonly timeoutSeconds: number | undefined;
	/** Room for elements; undefined: no limit is shown. */
	readonly size: number | undefined;
	readonly comment: string | undefined;
	/** Other properties, as they were written. Only the parser makes them. */
	readonly unknown: readonly string[];
}

/** A set or a map with its elements. */
export interface NamedSet extends SetDeclaration {
	/** They have no order that means anything. */
	readonly elements: readonly Element[];
}

/** A member of a set, or an entry of a map. */
export interface Element {
	/** One text for each part of the key. */
	readonly key: readonly string[];
	/** Options that are not modelled (`timeout 3h`, `counter`), as they were written. Only the parser makes them. */
	readonly options: readonly string[];
	readonly comment: string | undefined;
	/** What a map holds: a verdict, or the words of something else; undefined in a set. */
	readonly value: Verdict | { readonly kind: "data"; readonly words: readonly string[] } | undefined;
	readonly origin: Origin | undefined;
}

/** A chain, without its rules. */
export interface ChainDeclaration {
	readonly name: string;
	readonly comment: string | undefined;
	/** Where the kernel calls it; undefined: only rules lead to it. */
	readonly hook: ChainHook | undefined;
}

/** A chain with its rules, in order. */
export interface Chain extends ChainDeclaration {
	readonly rules: readonly Rule[];
}

/** Where and when the kernel calls a chain. */
export interface ChainHook {
	/** `filter`, `nat` or `route`. */
	readonly type: string;
	/** `prerouting`, `input`, `forward`, `output`, `postrouting`, `ingress`, `egress`. */
	readonly hook: string;
	/** The interfaces of an ingress chain, as written; undefined for all other hooks. */
	readonly device: string | undefined;
	/** Lower ones go first. */
	readonly priority: number;
	/** What becomes of a packet that reaches the end; undefined where nothing was written, which means accept. */
	readonly policy: "accept" | "drop" | undefined;
}

/** One rule. */
export interface Rule {
	/** In the order in which the kernel goes through them. */
	readonly statements: readonly Statement[];
	readonly comment: string | undefined;
	readonly origin: Origin | undefined;
}
