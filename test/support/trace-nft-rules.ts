import type { Family } from "../../src/index.ts";
import { pick, type Random } from "./diff-random.ts";
import { POOL, PORTS } from "./trace-rules.ts";

/** A chain to be called by the kernel. */
interface Base {
	readonly type: "filter" | "nat";
	readonly hook: string;
	readonly priority: number;
}

const HOOKS = ["prerouting", "input", "forward", "output", "postrouting"] as const;
const NAT_HOOKS = ["prerouting", "input", "output", "postrouting"] as const;
const PRIORITIES = [-250, -150, -101, -99, -50, 0, 0, 10, 50, 99, 101, 150] as const;
const NAT_PRIORITIES = [-150, -100, 0, 100, 150] as const;
const OWN = ["one", "two", "three"] as const;
const STATES = ["new", "established", "invalid", "established,related", "new,established"] as const;
const MARKS = ["0x1", "0x2", "0x4000", "0x6"] as const;
const PROTOCOLS = ["tcp", "udp", "sctp"] as const;

/** Tables that nobody has, for `nft -f -`: two or three with everything that is followed. */
export function randomNftTables(random: Random, family: Family): string {
	const own = family === "ipv4" ? "ip" : "ip6";
	const count = random() < 0.5 ? 2 : 3;
	return Array.from({ length: count }, (_, index) =>
		table(random, family, { name: `t${index}`, family: pick(random, [own, own, "inet"]) ?? own }),
	).join("\n");
}

function table(
	random: Random,
	family: Family,
	{ name, family: of }: { readonly name: string; readonly family: string },
) {
	const bases = Array.from({ length: 4 }, () => base(random));
	const isNat = (index: number): boolean => bases[index]?.type === "nat";
	const blocks = bases.map((one, index) =>
		chain(random, family, { name: `base${index}`, base: one, isNat: isNat(index) }),
	);
	// Chains that translate can only be called by chains of that type.
	const called = OWN.map((one) => chain(random, family, { name: one, base: undefined, isNat: false }));
	const address = family === "ipv4" ? "ipv4_addr" : "ipv6_addr";
	const single = POOL[family].filter(() => random() < 0.3).join(", ");
	const keys = POOL[family]
		.filter(() => random() < 0.4)
		.map((ip) => `${ip} . ${pick(random, PROTOCOLS)} . ${pick(random, PORTS)}`);
	const elements = (texts: string): string => (texts === "" ? "" : `elements = { ${texts} }`);
	return `table ${of} ${name} {
	set some { type ${address}; ${elements(single)}
	}
	map where { type ${address} . inet_proto . inet_service : verdict; ${elements(
		[...new Set(keys)]
			.map((key) => `${key} : ${pick(random, ["drop", "accept", "goto three", "jump three", "continue"])}`)
			.join(", "),
	)}
	}
${[...called.toReversed(), ...blocks].join("\n")}
}`;
}

function base(random: Random): Base {
	if (random() < 0.35) {
		return { type: "nat", hook: pick(random, NAT_HOOKS) ?? "output", priority: pick(random, NAT_PRIORITIES) ?? 0 };
	}
	return { type: "filter", hook: pick(random, HOOKS) ?? "output", priority: pick(random, PRIORITIES) ?? 0 };
}

interface ChainPlan {
	readonly name: string;
	readonly base: Base | undefined;
	readonly isNat: boolean;
}

function chain(random: Random, family: Family, { name, base: at, isNat }: ChainPlan): string {
	const policy = at?.type === "filter" && random() < 0.1 ? "policy drop;" : "";
	const head = at === undefined ? [] : [`type ${at.type} hook ${at.hook} priority ${at.priority}; ${policy}`];
	// Errors and resets that come of rejecting are let through, to be seen: chains that translate are asked of resets, too.
	const errors = at === undefined ? [] : ["meta l4proto { icmp, ipv6-icmp } accept", "tcp flags & rst == rst accept"];
	const later = OWN.slice((OWN as readonly string[]).indexOf(name) + 1);
	const rules = Array.from({ length: Math.floor(random() * 4) + (at === undefined ? 0 : 1) }, () =>
		rule(random, family, { at, later, isNat }),
	);
	return [`	chain ${name} {`, ...[...head, ...errors, ...rules].map((line) => `		${line}`), "	}"].join("\n");
}

interface RulePlan {
	readonly at: Base | undefined;
	readonly later: readonly string[];
	readonly isNat: boolean;
}

function rule(random: Random, family: Family, plan: RulePlan): string {
	const tests = [...matches(random, family, plan)];
	return [...tests, effect(random, family, plan)].join(" ");
}

function matches(random: Random, family: Family, { at }: RulePlan): readonly string[] {
	const ip = family === "ipv4" ? "ip" : "ip6";
	const not = (): string => (random() < 0.3 ? "!= " : "");
	const address = (): string => pick(random, POOL[family]) ?? "";
	const length = family === "ipv4" ? "/28" : "/120";
	const all: readonly (readonly [number, () => string])[] = [
		[0.2, () => `${ip} saddr ${not()}${address()}${random() < 0.5 ? length : ""}`],
		[0.2, () => `${ip} daddr ${not()}${address()}`],
		[0.1, () => `${ip} daddr ${not()}@some`],
		[0.1, () => `${ip} saddr ${not()}{ ${[...new Set([address(), address()])].join(", ")} }`],
		[0.15, () => `${pick(random, [...PROTOCOLS, "th"])} dport ${not()}${pick(random, PORTS)}`],
		[0.1, () => `th dport { ${PORTS[0]}, ${Number(PORTS[1]) + 1000}-65000 }`],
		[0.1, () => `meta l4proto ${not()}{ tcp, udp }`],
		[0.1, () => `ct state ${pick(random, STATES)}`],
		[0.08, () => `ct status ${pick(random, ["dnat", "snat", "snat,dnat"])}`],
		[0.15, () => `mark & ${pick(random, MARKS)} ${pick(random, ["==", "!="])} ${pick(random, ["0", ...MARKS])}`],
		[0.08, () => `mark ${not()}${pick(random, MARKS)}`],
		[
			at?.hook === "output" || at?.hook === "postrouting" ? 0 : 0.1,
			() => `iifname ${not()}"${pick(random, ["eth0", "eth*", "lo", "pod0"])}"`,
		],
		[0.08, () => `fib ${pick(random, ["saddr", "daddr"])} type ${not()}local`],
		[0.06, () => `numgen random mod ${pick(random, [2, 3])} ${pick(random, [0, 1])}`],
		[0.1, () => pick(random, ["counter", 'log prefix "x"']) ?? ""],
	];
	return all.flatMap(([chance, text]) => (random() < chance ? text() : []));
}

function effect(random: Random, family: Family, { at, later, isNat }: RulePlan): string {
	const ip = family === "ipv4" ? "ip" : "ip6";
	const called = later[0] === undefined ? "return" : `${pick(random, ["jump", "jump", "goto"])} ${pick(random, later)}`;
	const common = [
		called,
		called,
		called,
		`meta mark set mark ${pick(random, ["or", "xor", "and"])} ${pick(random, MARKS)}`,
		`meta mark set ${pick(random, MARKS)}`,
		// The map leads to the last chain, which must not call itself.
		at === undefined ? "return" : `${ip} daddr . meta l4proto . th dport vmap @where`,
		`numgen random mod 2 vmap { 0 : ${called}, 1 : return }`,
		`ct state vmap { new : ${called}, established : drop }`,
		"return",
		"accept",
		"drop",
	];
	if (isNat)
		return pick(random, [...translations(random, family, at), ...translations(random, family, at), ...common]) ?? "";
	const rejections = [
		"reject",
		"meta l4proto tcp reject with tcp reset",
		family === "ipv4" ? "reject with icmp host-unreachable" : "reject with icmpv6 addr-unreachable",
	];
	const canReject = at !== undefined && ["input", "forward", "output"].includes(at.hook);
	return pick(random, canReject ? [...common, ...rejections] : common) ?? "";
}

function translations(random: Random, family: Family, at: Base | undefined): readonly string[] {
	const ip = family === "ipv4" ? "ip" : "ip6";
	const address = pick(random, POOL[family]) ?? "";
	const port = pick(random, PORTS);
	const isSource = at?.hook === "postrouting" || at?.hook === "input";
	if (isSource) return at?.hook === "postrouting" ? ["masquerade", "masquerade fully-random"] : ["return"];
	const target = family === "ipv4" ? `${address}:${port}` : `[${address}]:${port}`;
	return [
		`meta l4proto { tcp, udp, sctp } dnat ${at === undefined ? "" : ip} to ${target}`,
		`meta l4proto tcp dnat ${ip} addr . port to numgen random mod 2 map { 0 : ${address} . ${port}, 1 : ${pick(random, POOL[family])} . 8080 }`,
	];
}
