import fc from "fast-check";
import type {
	AddressMatch,
	Chain,
	InterfaceMatch,
	Match,
	OtherProtocol,
	Rule,
	Ruleset,
	Side,
	Table,
	Target,
} from "../../src/lang/iptables/ruleset.ts";
import { parseCIDR } from "../../src/net/cidr.ts";
import { type Family, familyOf, hostPort, parseIP } from "../../src/net/ip.ts";

const port = fc.integer({ min: 1, max: 65535 });
const protocol = fc.constantFrom("tcp" as const, "udp" as const, "sctp" as const);
const isNegated = fc.boolean();
const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_:.-]{0,20}$/);
const number32 = fc.oneof(fc.nat({ max: 0xffff }), fc.integer({ min: 0, max: 0xffff_ffff }));

/** Names of two targets that need options are free for chains; others in capitals might be extensions. */
const chainName = fc.oneof(
	fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.+=-]{0,27}$/).filter((name) => !/^[A-Z]+$/.test(name)),
	fc.constantFrom("DNAT", "MARK"),
);

/** Texts without control characters, which no tool can carry; the options among them must not be taken for ones. */
const text = fc.oneof(
	fc.string({ unit: "binary", maxLength: 20 }).map((one) => one.replaceAll(/\p{Cc}/gu, " ")),
	fc.string({ unit: fc.constantFrom("a", " ", '"', "\\", "'", "-", "!", "#"), maxLength: 10 }),
	fc.constantFrom("-j", "-s", "--jump", "--dport", "!", "-A", "COMMIT", "default/web:http -> 10.0.0.1:80"),
);

/** Canonical addresses of a family. */
function address(of: Family): fc.Arbitrary<string> {
	const canonical = (of === "ipv4" ? fc.ipV4() : fc.ipV6()).map((one) => parseIP(one));
	return canonical.filter((ip) => ip !== undefined && familyOf(ip) === of).map((ip) => ip ?? "");
}

function addressMatch(of: Family): fc.Arbitrary<AddressMatch> {
	const prefixLength = fc.option(fc.integer({ min: 0, max: bitsOf(of) }), { nil: undefined });
	return fc.record({ address: address(of), prefixLength, isNegated }).map((match) => ({
		...match,
		address: parseCIDR(`${match.address}/${match.prefixLength ?? bitsOf(of)}`)?.network ?? match.address,
	}));
}

function bitsOf(of: Family): number {
	return of === "ipv4" ? 32 : 128;
}

const interfaceMatch: fc.Arbitrary<InterfaceMatch> = fc.record({
	name: fc.stringMatching(/^[a-z][a-z0-9.@_-]{0,12}\+?$/),
	isNegated,
});

const otherProtocol: fc.Arbitrary<OtherProtocol> = fc.oneof(
	fc.record({ name: fc.constantFrom("icmp", "ipv6-icmp", "gre", "112", "udplite"), isNegated }),
	fc.record({ name: protocol, isNegated: fc.constant(true) }),
);

/** Shares, and multiples of what the kernel counts in that are none. */
const probability = fc.oneof(
	fc.integer({ min: 1, max: 5000 }).map((n) => 1 / n),
	fc.integer({ min: 2 ** 30 + 1, max: 2 ** 31 - 1 }).map((kept) => kept / 2 ** 31),
	fc.constant(0),
);

const unknownMatch: fc.Arbitrary<Match> = fc
	.constantFrom(
		["-m", "multiport", "--dports", "80,443"],
		["-m", "multiport", "!", "--dports", "80"],
		["-m", "limit", "--limit", "5/min", "--limit-burst", "7"],
		["-m", "state", "--state", "RELATED,ESTABLISHED"],
		["-m", "string", "--string", '"a -j b"', "--algo", "bm", "--to", "65535"],
		["-m", "recent", "--update", "--seconds", "5", "--name", "X"],
		["-m", "set", "!", "--match-set", "S", "src"],
		["-m", "socket"],
		["-f"],
		["!", "-f"],
		["-s", "10.0.0.1/255.0.0.255"],
	)
	.map((words) => ({ kind: "unknown", words }));

const side = fc.constantFrom<Side>("source", "destination");

const states = fc.subarray(["INVALID", "NEW", "ESTABLISHED", "RELATED", "DNAT", "SNAT", "UNTRACKED"] as const, {
	minLength: 1,
});

/** Every kind of match but `ports`, which has to fit the protocol. */
function match(of: Family): fc.Arbitrary<Match> {
	return fc.oneof(
		fc.record({ kind: fc.constant("comment" as const), text }),
		fc.record({ kind: fc.constant("addrtype" as const), side, type: fc.constant("LOCAL" as const), isNegated }),
		fc.record({ kind: fc.constant("conntrack" as const), states, isNegated }),
		fc.record({ kind: fc.constant("mark" as const), value: number32, mask: number32, isNegated }),
		fc.record({ kind: fc.constant("nfacct" as const), name: word }),
		fc.record({ kind: fc.constant("recent-set" as const), list: word }),
		fc.record({ kind: fc.constant("recent-check" as const), list: word, seconds: fc.nat({ max: 999_999 }) }),
		fc.record({
			kind: fc.constant("set" as const),
			set: word,
			sides: fc.array(side, { minLength: 1, maxLength: 3 }),
		}),
		fc.record({ kind: fc.constant("physdev-is-in" as const), isNegated }),
		fc.record({ kind: fc.constant("ipvs" as const), ip: address(of), protocol, port }),
		fc.record({ kind: fc.constant("statistic" as const), probability }),
		unknownMatch,
	);
}

const unknownTarget: fc.Arbitrary<Target> = fc
	.constantFrom(
		["LOG"],
		["LOG", "--log-prefix", '"a -s \\"b: "', "--log-level", "4"],
		["NFLOG", "--nflog-prefix", "-j"],
		["SNAT", "--to-source", "10.0.0.1"],
		["REDIRECT", "--to-ports", "15001"],
		["MASQUERADE", "--to-ports", "1024-65535"],
		["DNAT", "--to-destination", ":80"],
		["CT", "--notrack"],
	)
	.map((words) => ({ kind: "unknown", words }));

const V4_ERRORS = ["tcp-reset", "icmp-port-unreachable", "icmp-host-prohibited"] as const;
const V6_ERRORS = ["tcp-reset", "icmp6-port-unreachable", "icmp6-adm-prohibited"] as const;

/** Every kind of target. */
function target(of: Family): fc.Arbitrary<Target> {
	const destination = fc.tuple(address(of), fc.option(port)).map(([ip, at]) => (at === null ? ip : hostPort(ip, at)));
	return fc.oneof(
		fc.constantFrom<Target>({ kind: "accept" }, { kind: "drop" }, { kind: "return" }),
		fc.record({ kind: fc.constantFrom("jump" as const, "goto" as const), chain: chainName }),
		fc.record({
			kind: fc.constant("reject" as const),
			with: fc.constantFrom(undefined, ...(of === "ipv4" ? V4_ERRORS : V6_ERRORS)),
		}),
		fc.record({ kind: fc.constant("mark" as const), value: number32, mask: number32 }),
		number32.map((value): Target => ({ kind: "mark", value, mask: value })),
		fc.record({ kind: fc.constant("masquerade" as const), isRandomFully: fc.boolean() }),
		fc.record({ kind: fc.constant("dnat" as const), to: destination }),
		unknownTarget,
	);
}

/** A rule in one of some chains. A tool takes a port only behind its protocol, so both are chosen together. */
function rule(of: Family, chains: fc.Arbitrary<string>): fc.Arbitrary<Rule> {
	const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
	const ports = fc.tuple(protocol, maybe(port)).map(([of, destinationPort]) => ({
		protocol: of,
		ports: [{ kind: "ports", protocol: of, destinationPort } as const],
	}));
	const noPorts = fc.record({ protocol: maybe(fc.oneof(protocol, otherProtocol)), ports: fc.constant([]) });
	return fc
		.record({
			chain: chains,
			source: maybe(addressMatch(of)),
			destination: maybe(addressMatch(of)),
			inInterface: maybe(interfaceMatch),
			outInterface: maybe(interfaceMatch),
			withPorts: fc.oneof(ports, noPorts),
			before: fc.array(match(of), { maxLength: 2 }),
			after: fc.array(match(of), { maxLength: 2 }),
			target: maybe(target(of)),
			origin: fc.constant(undefined),
		})
		.map(({ withPorts, before, after, target, origin, ...parts }) => ({
			...parts,
			protocol: withPorts.protocol,
			matches: [...before, ...withPorts.ports, ...after],
			target,
			origin,
		}))
		.filter(isTaken);
}

/** No tool takes two sources. */
function isTaken({ source, matches }: Rule): boolean {
	const others = matches.filter((one) => one.kind === "unknown" && one.words[0] === "-s");
	return others.length + (source === undefined ? 0 : 1) < 2;
}

function table(name: string, of: Family): fc.Arbitrary<Table> {
	const policy = fc.constantFrom("ACCEPT" as const, "DROP" as const);
	const own = fc.uniqueArray(chainName, { minLength: 1, maxLength: 5 });
	return fc.tuple(own, policy, fc.boolean()).chain(([names, builtInPolicy, hasBuiltIn]) => {
		const builtIn: readonly Chain[] = hasBuiltIn ? [{ name: "BUILT-IN", policy: builtInPolicy }] : [];
		const chains = [...builtIn, ...names.map((one) => ({ name: one }))];
		const inChain = fc.constantFrom(...chains.map((chain) => chain.name));
		return fc.array(rule(of, inChain), { maxLength: 8 }).map((rules) => ({
			name,
			chains,
			rules,
		}));
	});
}

/** Rulesets of one to three tables, with everything that a rule can say. */
export const arbitraryRuleset: fc.Arbitrary<Ruleset> = fc.constantFrom<Family>("ipv4", "ipv6").chain((family) =>
	fc
		.uniqueArray(fc.constantFrom("filter", "nat", "mangle", "raw", "security"), { minLength: 1, maxLength: 3 })
		.chain((names) => fc.tuple(...names.map((name) => table(name, family))))
		.map((tables) => ({ family, tables })),
);
