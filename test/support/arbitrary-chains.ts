import fc from "fast-check";
import { type AddressMatch, type Match, newRule, type Rule, type Target } from "../../src/lang/iptables/ruleset.ts";

/** Few addresses and ports, so that many rules match the same packets; some are spelled in two ways. */
const destination = fc.constantFrom<AddressMatch | undefined>(
	undefined,
	{ address: "10.96.0.1", prefixLength: undefined, isNegated: false },
	{ address: "10.96.0.1", prefixLength: 32, isNegated: false },
	{ address: "010.96.0.1", prefixLength: undefined, isNegated: false },
	{ address: "10.96.0.2", prefixLength: undefined, isNegated: false },
	{ address: "10.96.0.3", prefixLength: undefined, isNegated: false },
	{ address: "10.96.0.4", prefixLength: undefined, isNegated: false },
	{ address: "10.96.0.0", prefixLength: 24, isNegated: false },
	{ address: "10.96.0.1", prefixLength: 32, isNegated: true },
	{ address: "0.0.0.0", prefixLength: 0, isNegated: false },
);

const port = fc.constantFrom<Match>(
	{ kind: "ports", protocol: "tcp", destinationPort: 80 },
	{ kind: "ports", protocol: "tcp", destinationPort: 80 },
	{ kind: "ports", protocol: "tcp", destinationPort: 443 },
	{ kind: "ports", protocol: "udp", destinationPort: 80 },
	{ kind: "ports", protocol: "tcp", destinationPort: undefined },
);

const further = fc.constantFrom<Match>(
	{ kind: "comment", text: "shop/web:http cluster IP" },
	{ kind: "comment", text: "something else" },
	{ kind: "statistic", probability: 0.5 },
	{ kind: "nfacct", name: "counter" },
	{ kind: "addrtype", side: "destination", type: "LOCAL", isNegated: false },
	{ kind: "mark", value: 0x4000, mask: 0x4000, isNegated: true },
	{ kind: "unknown", words: ["-m", "hashlimit", "--hashlimit-name", "a"] },
);

const target = fc.constantFrom<Target | undefined>(
	undefined,
	{ kind: "accept" },
	{ kind: "drop" },
	{ kind: "return" },
	{ kind: "jump", chain: "KUBE-SVC-AAAAAAAAAAAAAAAA" },
	{ kind: "jump", chain: "KUBE-SVC-BBBBBBBBBBBBBBBB" },
	{ kind: "jump", chain: "KUBE-MARK-MASQ" },
	{ kind: "jump", chain: "OTHERS" },
	{ kind: "goto", chain: "KUBE-SVC-AAAAAAAAAAAAAAAA" },
	{ kind: "reject", with: undefined },
	{ kind: "reject", with: "icmp-port-unreachable" },
	{ kind: "mark", value: 0x4000, mask: 0x4000 },
	{ kind: "dnat", to: "10.244.1.5:8080" },
);

function rule(chain: string): fc.Arbitrary<Rule> {
	return fc
		.record({
			destination,
			ports: fc.array(port, { maxLength: 2 }),
			further: fc.oneof(fc.constant([]), fc.array(further, { maxLength: 2 })),
			target,
		})
		.map((seed) =>
			newRule(chain, [...seed.further, ...seed.ports], seed.target, undefined, { destination: seed.destination }),
		);
}

/** What becomes of a rule of the first chain in the second one. */
const fate = fc.record({
	kind: fc.constantFrom("kept", "kept", "kept", "kept", "kept", "kept", "copied", "dropped", "replaced", "moved"),
	to: fc.nat({ max: 30 }),
});

/** Two chains of one name that differ in a few places, and rules of the chains that they may lead to. */
export const arbitraryChains = fc.constantFrom("KUBE-SERVICES", "INPUT").chain((chain) =>
	fc
		.record({
			rules: fc.array(fc.tuple(rule(chain), fate, rule(chain)), { maxLength: 20 }),
			called: fc.array(rule("KUBE-SVC-AAAAAAAAAAAAAAAA"), { maxLength: 4 }),
		})
		.map(({ rules, called }) => ({ before: rules.map(([one]) => one), after: changed(rules), called })),
);

type Fate = typeof fate extends fc.Arbitrary<infer T> ? T : never;

/** Rules that are kept are the same objects or copies of them, as chance has it. */
function changed(rules: readonly (readonly [Rule, Fate, Rule])[]): readonly Rule[] {
	const after = rules.flatMap(([one, { kind, to }, other]) => {
		if (kind === "dropped" || kind === "moved") return [];
		if (kind === "replaced") return [other];
		return kind === "copied" ? [one, one] : [to % 2 === 0 ? one : { ...one, matches: [...one.matches] }];
	});
	for (const [one, { kind, to }] of rules) if (kind === "moved") after.splice(to % (after.length + 1), 0, one);
	return after;
}
