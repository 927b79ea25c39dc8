import fc from "fast-check";
import type { Expression, Match, Statement, Verdict } from "../../src/lang/nft/statement.ts";
import type { Rule } from "../../src/lang/nft/table.ts";

/** Names as kube-proxy gives them. */
export const name = fc.stringMatching(/^[a-z]{3,8}-[A-Z2-7]{8}-[a-z0-9/_.]{1,20}$/);
/** Comments, or none. */
export const comment = fc.option(fc.stringMatching(/^[ -!#-~]{0,20}$/), { nil: undefined });
const ip = fc.oneof(fc.ipV4(), fc.constantFrom("fd00::1", "2001:db8::7"));
const network = fc.constantFrom("10.0.0.0/8", "192.0.2.0/24", "10.96.0.0/12", "198.51.100.4/30");
const mask = fc.integer({ min: 1, max: 2 ** 32 - 1 });
/** Verdicts. */
export const verdict: fc.Arbitrary<Verdict> = fc.oneof(
	fc.record({ kind: fc.constantFrom("accept" as const, "drop" as const, "return" as const, "continue" as const) }),
	fc.record({ kind: fc.constantFrom("jump" as const, "goto" as const), chain: name }),
);

const address: fc.Arbitrary<Expression> = fc.record({
	kind: fc.constant("payload" as const),
	header: fc.constantFrom("ip" as const, "ip6" as const),
	field: fc.constantFrom("saddr", "daddr"),
});

const simple: fc.Arbitrary<Expression> = fc.oneof(
	address,
	fc.record({
		kind: fc.constant("payload" as const),
		header: fc.constantFrom("th" as const, "tcp" as const, "udp" as const, "sctp" as const),
		field: fc.constantFrom("sport", "dport"),
	}),
	fc.record({ kind: fc.constant("meta" as const), key: fc.constantFrom("l4proto" as const, "mark" as const) }),
	fc.record({ kind: fc.constant("address-type" as const), of: fc.constantFrom("saddr" as const, "daddr" as const) }),
	fc.record({ kind: fc.constant("random" as const), modulus: fc.integer({ min: 1, max: 5000 }) }),
);

const expression: fc.Arbitrary<Expression> = fc.oneof(
	simple,
	fc.record({ kind: fc.constant("concat" as const), parts: fc.array(simple, { minLength: 2, maxLength: 4 }) }),
);

const number = fc.integer({ min: 0, max: 2 ** 32 - 1 }).map(String);
const isNegated = fc.boolean();
const value = <T extends string>(text: fc.Arbitrary<T>) => fc.record({ kind: fc.constant("value" as const), text });

const match: fc.Arbitrary<Match> = fc.oneof(
	fc.record({
		kind: fc.constant("match" as const),
		left: fc.oneof(
			fc.record({ kind: fc.constant("masked-mark" as const), operator: fc.constant("and" as const), bits: mask }),
			fc.constant({ kind: "meta" as const, key: "mark" as const }),
		),
		isNegated,
		right: value(number),
	}),
	fc.record({
		kind: fc.constant("match" as const),
		left: fc.record({
			kind: fc.constant("meta" as const),
			key: fc.constantFrom("iif" as const, "iifname" as const, "oif" as const, "oifname" as const),
		}),
		isNegated,
		right: value(fc.stringMatching(/^[a-z]{2,8}[0-9]{0,2}\*?$/)),
	}),
	fc.record({
		kind: fc.constant("match" as const),
		left: fc.constantFrom<Expression>({ kind: "ct", key: "state" }, { kind: "ct", key: "status" }),
		isNegated,
		right: value(fc.constantFrom("new", "dnat", "established,related")),
	}),
	fc.record({
		kind: fc.constant("match" as const),
		left: address,
		isNegated,
		right: fc.oneof(
			value(fc.oneof(ip, network)),
			fc.record({ kind: fc.constant("named-set" as const), set: name }),
			fc.record({
				kind: fc.constant("members" as const),
				members: fc.array(fc.oneof(ip, network), { minLength: 2, maxLength: 4 }),
				style: fc.constantFrom("spaced" as const, "tight" as const),
			}),
		),
	}),
);

const action: fc.Arbitrary<Statement> = fc.oneof(
	fc.record({ kind: fc.constant("verdict" as const), verdict }),
	fc.record({ kind: fc.constant("vmap" as const), key: expression, map: name }),
	fc.record({
		kind: fc.constant("vmap" as const),
		key: expression,
		map: fc.array(fc.record({ key: number, verdict }), { minLength: 1, maxLength: 3 }),
	}),
	fc.record({
		kind: fc.constant("set-mark" as const),
		value: fc.record({
			kind: fc.constant("masked-mark" as const),
			operator: fc.constantFrom("and" as const, "or" as const, "xor" as const),
			bits: mask,
		}),
	}),
	fc.record({ kind: fc.constant("update" as const), set: name, key: expression }),
	fc.constant({ kind: "counter" as const }),
	fc.record({
		kind: fc.constant("masquerade" as const),
		flags: fc.constantFrom([], ["fully-random"], ["random", "persistent"]),
	}),
	fc.record({ kind: fc.constant("dnat" as const), to: fc.constantFrom("10.0.0.1:80", "[fd00::1]:53") }),
	fc.record({
		kind: fc.constant("dnat-map" as const),
		family: fc.constantFrom("ip" as const, "ip6" as const),
		key: expression,
		entries: fc.array(fc.record({ key: number, ip, port: fc.integer({ min: 1, max: 65535 }) }), {
			minLength: 1,
			maxLength: 3,
		}),
	}),
);

/** The last of a rule: nothing can follow it. */
const last: fc.Arbitrary<Statement> = fc.oneof(
	fc.record({ kind: fc.constant("reject" as const), with: fc.constantFrom([], ["with", "tcp", "reset"]) }),
	fc.record({
		kind: fc.constant("unknown" as const),
		text: fc.constantFrom("limit rate 5/second accept", 'log prefix "a  { b"', "tcp flags syn / fin,syn drop"),
	}),
	verdict.map((one) => ({ kind: "verdict" as const, verdict: one })),
);

/** Nothing that is parsed has one. */
export const origin = fc.constant(undefined);

/** Rules with everything that is modelled, and things that are not. */
export const arbitraryRule: fc.Arbitrary<Rule> = fc.record({
	statements: fc
		.tuple(fc.array(match, { maxLength: 3 }), fc.array(action, { maxLength: 2 }), last)
		.map(([matches, actions, end]) => [...matches, ...actions, end]),
	comment,
	origin,
});
