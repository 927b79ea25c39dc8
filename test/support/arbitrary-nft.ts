import fc from "fast-check";
import type { ChainHook, Element, SetDeclaration, Table, TableName } from "../../src/lang/nft/table.ts";
import type { Operation } from "../../src/lang/nft/transaction.ts";
import { arbitraryRule, comment, name, origin, verdict } from "./arbitrary-nft-rule.ts";

const table: fc.Arbitrary<TableName> = fc.record({ family: fc.constantFrom("ip", "ip6", "inet"), name });

const hook: fc.Arbitrary<ChainHook> = fc.record({
	type: fc.constantFrom("filter", "nat"),
	hook: fc.constantFrom("prerouting", "input", "forward", "output", "postrouting"),
	device: fc.constant(undefined),
	priority: fc.integer({ min: -320, max: 320 }),
	policy: fc.constantFrom("accept" as const, "drop" as const),
});

const port = fc.integer({ min: 1, max: 65535 }).map(String);
const protocol = fc.constantFrom("tcp", "udp", "sctp");

const declaration: fc.Arbitrary<SetDeclaration> = fc.record({
	kind: fc.constant("set" as const),
	name,
	keyTypes: fc.constantFrom(["ipv4_addr"], ["ipv4_addr", "inet_proto", "inet_service"]),
	valueType: fc.constant(undefined),
	flags: fc.constantFrom([], ["dynamic", "timeout"]),
	timeoutSeconds: fc.option(fc.integer({ min: 1, max: 10 ** 6 }), { nil: undefined }),
	size: fc.option(fc.integer({ min: 1, max: 65535 }), { nil: undefined }),
	comment,
	unknown: fc.constantFrom([], ["gc-interval 1h"]),
});

const element: fc.Arbitrary<Element> = fc.record({
	key: fc.oneof(
		fc.ipV4().map((one) => [one]),
		fc.tuple(fc.ipV4(), protocol, port),
	),
	options: fc.constantFrom([], ["timeout", "2h"]),
	comment,
	value: fc.option(verdict, { nil: undefined }),
	origin,
});

/** Any command. */
export const arbitraryOperation: fc.Arbitrary<Operation> = fc.oneof(
	fc.record({ table, kind: fc.constant("add-table" as const), comment }),
	fc.record({ table, kind: fc.constant("delete-table" as const) }),
	fc.record({
		table,
		kind: fc.constant("add-chain" as const),
		chain: fc.record({ name, comment, hook: fc.option(hook, { nil: undefined }) }),
	}),
	fc.record({ table, kind: fc.constantFrom("flush-chain" as const, "delete-chain" as const), name }),
	fc.record({ table, kind: fc.constant("add-rule" as const), chain: name, rule: arbitraryRule }),
	fc.record({ table, kind: fc.constant("add-set" as const), set: declaration }),
	fc.record({
		table,
		kind: fc.constantFrom("flush-set" as const, "delete-set" as const),
		of: fc.constantFrom("set" as const, "map" as const),
		name,
	}),
	fc.record({ table, kind: fc.constant("add-element" as const), set: name, element }),
);

/** Tables with sets, chains and rules. */
export const arbitraryTable: fc.Arbitrary<Table> = fc.record({
	family: fc.constantFrom("ip" as const, "ip6" as const),
	name,
	comment,
	sets: fc.array(
		fc.tuple(declaration, fc.array(element, { maxLength: 5 })).map(([set, elements]) => ({ ...set, elements })),
		{ maxLength: 3 },
	),
	chains: fc.array(
		fc.record({
			name,
			comment,
			hook: fc.option(hook, { nil: undefined }),
			rules: fc.array(arbitraryRule, { maxLength: 4 }),
		}),
		{ maxLength: 3 },
	),
	unknown: fc.constantFrom([], ["flags dormant"]),
});
