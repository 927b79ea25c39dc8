import type { Family } from "../../src/net/ip.ts";
import { pick, type Random } from "./diff-random.ts";

/** Addresses that rules and packets have in common, the node's own first. */
export const POOL = {
	ipv4: ["192.0.2.1", "10.7.7.21", "10.244.0.1", "10.244.0.5", "10.244.0.6", "10.244.1.9", "10.96.0.1", "198.18.0.77"],
	ipv6: [
		...["2001:db8::1", "2001:db8:7::21", "fd00:10:244::1", "fd00:10:244::5", "fd00:10:244::6"],
		...["fd00:10:244:1::9", "fd00:96::1", "2001:db8:ffff::77"],
	],
} as const;

/** The same for ports. */
export const PORTS = [80, 443, 8080] as const;

const LENGTHS = { ipv4: [8, 16, 24, 32], ipv6: [16, 32, 64, 128] } as const;
const ERRORS = {
	ipv4: ["icmp-port-unreachable", "icmp-host-prohibited", "icmp-admin-prohibited"],
	ipv6: ["icmp6-port-unreachable", "icmp6-adm-prohibited", "icmp6-policy-fail"],
} as const;

/** A group of chains of a table. Calls go from a chain to later ones of the group only: the kernel refuses loops. */
interface Group {
	readonly builtIn: readonly string[];
	readonly own: readonly string[];
	/** Targets that the kernel lets in there. Built-in chains set no marks: iptables-nft would show the one after it. */
	readonly targets: (random: Random, family: Family) => readonly string[];
}

const TABLES: Readonly<Record<string, readonly Group[]>> = {
	mangle: [
		{
			builtIn: ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
			own: ["M1", "M2", "M3"],
			targets: (random) => ["ACCEPT", "RETURN", markTarget(random), markTarget(random)],
		},
	],
	nat: [
		{
			builtIn: ["PREROUTING", "OUTPUT"],
			own: ["D1", "D2", "D3", "D4"],
			targets: (random, family) => [
				...["ACCEPT", "RETURN", markTarget(random)],
				...[dnatTarget(random, family), dnatTarget(random, family)],
			],
		},
		{ builtIn: ["INPUT"], own: [], targets: () => ["ACCEPT", "RETURN"] },
		{
			builtIn: ["POSTROUTING"],
			own: ["S1", "S2"],
			targets: () => ["ACCEPT", "RETURN", "MASQUERADE", "MASQUERADE --random-fully"],
		},
	],
	filter: [
		{
			builtIn: ["INPUT", "FORWARD", "OUTPUT"],
			own: ["F1", "F2", "F3", "F4"],
			targets: (random, family) => [
				...["ACCEPT", "RETURN", "DROP", markTarget(random)],
				`REJECT --reject-with ${pick(random, ERRORS[family])}`,
			],
		},
	],
};

function markTarget(random: Random): string {
	const [value, mask] = [pick(random, [0, 1, 2, 4, 6, 0x4000]) ?? 0, pick(random, [1, 3, 6, 0x4000, 0xffffffff]) ?? 0];
	return `MARK --set-xmark 0x${value.toString(16)}/0x${mask.toString(16)}`;
}

function dnatTarget(random: Random, family: Family): string {
	const ip = pick(random, POOL[family]) ?? "";
	const port = pick(random, ["", ...PORTS.map((one) => `:${one}`)]);
	return `DNAT --to-destination ${port !== "" && family === "ipv6" ? `[${ip}]` : ip}${port}`;
}

/** Rules that nobody has, as iptables-save would print them: three tables with everything that rules can say. */
export function randomRules(random: Random, family: Family): string {
	return Object.entries(TABLES)
		.map(([table, groups]) => {
			const policy = (): string => (table === "filter" && random() < 0.2 ? "DROP" : "ACCEPT");
			const builtIn = groups.flatMap((group) => group.builtIn);
			const chains = [
				...builtIn.map((chain) => `:${chain} ${policy()} [0:0]`),
				...groups.flatMap(({ own }) => own.map((chain) => `:${chain} - [0:0]`)),
			];
			// Errors that come of rejecting are let through, to be seen.
			const icmp = family === "ipv4" ? "icmp" : "ipv6-icmp";
			const errors = table === "nat" ? [] : builtIn.map((chain) => `-A ${chain} -p ${icmp} -j ACCEPT`);
			const rules = groups.flatMap((group) => groupRules(random, family, group));
			return [`*${table}`, ...chains, ...errors, ...rules, "COMMIT\n"].join("\n");
		})
		.join("");
}

function groupRules(random: Random, family: Family, { builtIn, own, targets }: Group): readonly string[] {
	return [...builtIn, ...own].flatMap((chain, index) => {
		const later = own.slice(Math.max(0, index - builtIn.length + 1));
		return Array.from({ length: Math.floor(random() * 4) }, () => {
			const called = random() < 0.6 ? pick(random, later) : undefined;
			const ends = targets(random, family).filter((one) => !(builtIn.includes(chain) && one.startsWith("MARK")));
			const target = called === undefined ? `-j ${pick(random, ends)}` : `-${pick(random, CALLS)} ${called}`;
			const needsProtocol = /destination .*[0-9\]]:[0-9]+$/.test(target);
			return `-A ${chain} ${matches(random, { family, chain, needsProtocol })}${random() < 0.1 ? "" : target}`.trim();
		});
	});
}

const CALLS = ["j", "j", "j", "g"] as const;
const STATES = ["NEW", "ESTABLISHED", "NEW,DNAT", "DNAT", "SNAT", "INVALID", "RELATED,ESTABLISHED"] as const;
const MARKS = [
	"0x0/0x1",
	"0x1/0x1",
	"0x2/0x3",
	"0x4/0x6",
	"0x0/0x6",
	"0x4000/0x4000",
	"0x4000/0x3",
	"0x5/0x4",
] as const;

interface Surroundings {
	readonly family: Family;
	readonly chain: string;
	/** Exactly one protocol has to be asked for. */
	readonly needsProtocol: boolean;
}

/** Some matches; a comment at least, since legacy iptables calls rules without any the end of the chain. */
function matches(random: Random, { family, chain, needsProtocol }: Surroundings): string {
	const words: string[] = [];
	const maybe = (chance: number, option: string, values: readonly (string | number)[]): void => {
		if (random() < chance) words.push(`${random() < 0.3 ? "! " : ""}${option} ${pick(random, values)}`);
	};
	const networks = POOL[family].map((ip) => `${ip}/${pick(random, LENGTHS[family])}`);
	maybe(0.25, "-s", networks);
	maybe(0.25, "-d", networks);
	if (!["OUTPUT", "POSTROUTING"].includes(chain)) maybe(0.15, "-i", ["eth0", "eth1", "eth+", "pod0", "lo"]);
	const protocol = pick(random, PROTOCOLS);
	if (needsProtocol) words.push(`-p ${protocol}`);
	else if (random() < 0.3) words.push(`-p ${protocol} -m ${protocol} --dport ${pick(random, PORTS)}`);
	else maybe(0.2, "-p", PROTOCOLS);
	const extensions: [string, string, readonly string[]][] = [
		["addrtype", "--src-type", ["LOCAL"]],
		["addrtype", "--dst-type", ["LOCAL"]],
		["conntrack", "--ctstate", STATES],
		["mark", "--mark", MARKS],
	];
	for (const [extension, option, values] of extensions) {
		if (random() >= 0.12) continue;
		words.push(`-m ${extension}`);
		maybe(1, option, values);
	}
	if (random() < 0.1) words.push(`-m statistic --mode random --probability ${pick(random, SHARES)}`);
	return `${words.join(" ")} -m comment --comment "rule" `.trimStart();
}

const PROTOCOLS = ["tcp", "udp", "sctp"] as const;
const SHARES = ["0.33333333349", "0.50000000000"] as const;
