/** One step of a rule: a test, or something that happens to a packet that passed the tests before it. */
export type Statement =
	| Match
	| { readonly kind: "verdict"; readonly verdict: Verdict }
	/** Looks the key up and does what is found; goes on when nothing is. A text is the name of a map. */
	| { readonly kind: "vmap"; readonly key: Expression; readonly map: string | readonly VerdictEntry[] }
	| { readonly kind: "set-mark"; readonly value: Expression }
	/** Counts packets; how many is not kept. */
	| { readonly kind: "counter" }
	/** Puts the key into a named set, or renews its time there. */
	| { readonly kind: "update"; readonly set: string; readonly key: Expression }
	/** `with`: the words after `reject`; empty: the family's "port unreachable". */
	| { readonly kind: "reject"; readonly with: readonly string[] }
	/** `flags`: `fully-random` and the like, in the order written. */
	| { readonly kind: "masquerade"; readonly flags: readonly string[] }
	/** `to` is `ip:port`, with brackets for IPv6. */
	| { readonly kind: "dnat"; readonly to: string }
	/** One of several destinations, by the key. */
	| DnatMap
	/** Something that is not modelled, and all that follows it in the rule, as it was written. Only the parser makes it. */
	| { readonly kind: "unknown"; readonly text: string };

/** A test: the rule goes on only when it holds. */
export interface Match {
	readonly kind: "match";
	readonly left: Expression;
	readonly isNegated: boolean;
	readonly right: Operand;
}

/** A destination for each value of the key. */
export interface DnatMap {
	readonly kind: "dnat-map";
	readonly family: "ip" | "ip6";
	readonly key: Expression;
	/** In the order of the text. */
	readonly entries: readonly DnatEntry[];
}

/** `key : ip . port`. */
export interface DnatEntry {
	readonly key: string;
	readonly ip: string;
	readonly port: number;
}

/** `key : verdict`. */
export interface VerdictEntry {
	readonly key: string;
	readonly verdict: Verdict;
}

/** Where a packet goes next. After the end of a chain that was gone to, not jumped to, the caller's caller goes on. */
export type Verdict =
	| { readonly kind: "accept" | "drop" | "return" | "continue" }
	| { readonly kind: "jump" | "goto"; readonly chain: string };

/** What a test looks at, or a mark is set to. */
export type Expression =
	/** A field of a header; `th` is the transport header, whichever protocol it is of. */
	| { readonly kind: "payload"; readonly header: Header; readonly field: string }
	| { readonly kind: "meta"; readonly key: MetaKey }
	| { readonly kind: "ct"; readonly key: "state" | "status" }
	/** What kind of address it is for this node: `local`, `unicast` … */
	| { readonly kind: "address-type"; readonly of: "saddr" | "daddr" }
	/** A random number, from 0 to below `modulus`. */
	| { readonly kind: "random"; readonly modulus: number }
	/** Several values as one key. */
	| { readonly kind: "concat"; readonly parts: readonly Expression[] }
	/** The packet mark with a mask laid over it. */
	| { readonly kind: "masked-mark"; readonly operator: "and" | "or" | "xor"; readonly bits: number };

/** A header whose fields are modelled. */
export type Header = (typeof HEADERS)[number];

/** Every such header. */
export const HEADERS = ["ip", "ip6", "th", "tcp", "udp", "sctp"] as const;

/** Something known about a packet that is in no header. */
export type MetaKey = (typeof META_KEYS)[number];

/** Every such thing that is modelled. */
export const META_KEYS = ["mark", "l4proto", "iif", "iifname", "oif", "oifname"] as const;

/** What a test compares with. */
export type Operand =
	/** A number, a word, an address, a network (`10.0.0.0/8`), an interface; several with commas between them. */
	| { readonly kind: "value"; readonly text: string }
	/** Whether it is in a named set. */
	| { readonly kind: "named-set"; readonly set: string }
	/**
	 * Whether it is one of several. `tight`: written without blanks around the commas. `listed`: as a listing shows them, sorted and
	 * merged, so that braces around a single one say that there were more.
	 */
	| { readonly kind: "members"; readonly members: readonly string[]; readonly style: "spaced" | "tight" | "listed" };

/** `goto CHAIN`. */
export function goto(chain: string): Verdict {
	return { kind: "goto", chain };
}

/** A verdict as a step of a rule. */
export function verdict(given: Verdict): Statement {
	return { kind: "verdict", verdict: given };
}

/** A header's field. */
export function payload(header: Header, field: string): Expression {
	return { kind: "payload", header, field };
}

/** Something known about the packet. */
export function meta(key: MetaKey): Expression {
	return { kind: "meta", key };
}

/** Several values as one key. */
export function concat(...parts: readonly Expression[]): Expression {
	return { kind: "concat", parts };
}

/** A test for one value, or against it. */
export function equals(left: Expression, text: string, isNegated = false): Match {
	return { kind: "match", left, isNegated, right: { kind: "value", text } };
}

/** A test whether something is in a named set. */
export function isIn(left: Expression, set: string): Match {
	return { kind: "match", left, isNegated: false, right: { kind: "named-set", set } };
}
