import { parseSets } from "../../src/lang/ipset/parse.ts";
import type { IpSet } from "../../src/lang/ipset/set.ts";
import type { Family } from "../../src/net/ip.ts";
import { pick } from "./ipvs-diff-shuffle.ts";
import { familyOfSet, type NodeTexts, textOf } from "./ipvs-diff-states.ts";

/** The texts of a node to which something happened, and what. */
export interface Mutated {
	readonly texts: NodeTexts;
	/** The line that is gone, new, or another one than before. */
	readonly line: string;
}

/** Does something to a node, of one family; undefined where there is nothing to do it to. */
export type Mutate = (texts: NodeTexts, family: Family, random: () => number) => Mutated | undefined;

/** What may happen to a node. */
export const MUTATIONS = {
	"a virtual server missing": (texts, family, random) =>
		onLine(texts, "ipvsadm.txt", /^-A /, { family, random }, (text, line) =>
			text.replace(`${line}\n`, "").replaceAll(`-a ${line.split(" ").slice(1, 3).join(" ")} `, "#"),
		),
	"a real server missing": (texts, family, random) =>
		onLine(texts, "ipvsadm.txt", /^-a /, { family, random }, (text, line) => text.replace(`${line}\n`, "")),
	"a real server at weight 0": (texts, family, random) =>
		onLine(texts, "ipvsadm.txt", /^-a .* -w 1$/, { family, random }, (text, line) =>
			text.replace(line, line.replace(/1$/, "0")),
		),
	"a real server of weight 0 that nobody wants": (texts, family, random) =>
		onLine(texts, "ipvsadm.txt", /^-A /, { family, random }, (text, line) => {
			const real = family === "ipv4" ? "10.244.9.9:9" : "[fd00:9::9]:9";
			return text.replace(line, `${line}\n-a ${line.split(" ").slice(1, 3).join(" ")} -r ${real} -m -w 0`);
		}),
	"another scheduler": (texts, family, random) =>
		onLine(texts, "ipvsadm.txt", /^-A .* -s rr/, { family, random }, (text, line) =>
			text.replace(line, line.replace("-s rr", "-s lc")),
		),
	"another persistence": (texts, family, random) =>
		onLine(texts, "ipvsadm.txt", /^-A /, { family, random }, (text, line) =>
			text.replace(`${line}\n`, `${line.includes(" -p ") ? line.replace(/ -p \d+/, "") : `${line} -p 77`}\n`),
		),
	"an address missing": (texts, family, random) =>
		onLine(texts, "kube-ipvs0.txt", /./, { family, random }, (text, line) => text.replace(`${line}\n`, "")),
	"a fixed rule missing": (texts, family, random) =>
		onLine(texts, saveOf(family), /^-A KUBE-(?!IPVS-OUT-FILTER )/, { family: undefined, random }, (text, line) =>
			text.replace(`${line}\n`, ""),
		),
	"an unused set missing": (texts, family, random) => {
		const rules = textOf(texts, saveOf(family));
		const sets = setsOf(texts, family).filter(({ name }) => !rules.includes(`--match-set ${name} `));
		return sets.length === 0 ? undefined : withoutSet(texts, pick(sets, random).name);
	},
} as const satisfies Readonly<Record<string, Mutate>>;

/** A name of a mutation. */
export type Mutation = keyof typeof MUTATIONS;

function saveOf(family: Family): string {
	return family === "ipv4" ? "save.v4.txt" : "save.v6.txt";
}

interface Choice {
	/** Of the address the line is about; undefined: of any. */
	readonly family: Family | undefined;
	readonly random: () => number;
}

function onLine(
	texts: NodeTexts,
	part: string,
	pattern: RegExp,
	{ family, random }: Choice,
	change: (text: string, line: string) => string,
): Mutated | undefined {
	const isSuitable = (line: string): boolean =>
		pattern.test(line) && (family === undefined || /\[|::/.test(line) === (family === "ipv6"));
	const lines = textOf(texts, part).split("\n").filter(isSuitable);
	if (lines.length === 0) return undefined;
	const line = pick(lines, random);
	return { texts: { ...texts, [part]: change(textOf(texts, part), line).replaceAll(/^#.*\n/gm, "") }, line };
}

/** The sets of a family in the texts. */
export function setsOf(texts: NodeTexts, family: Family): readonly IpSet[] {
	return parseSets(textOf(texts, "ipset.txt")).sets.filter((set) => familyOfSet(set) === family);
}

function withoutSet(texts: NodeTexts, name: string): Mutated {
	const lines = textOf(texts, "ipset.txt").split("\n");
	const line = lines.find((one) => one.startsWith(`create ${name} `)) ?? "";
	const left = lines.filter((one) => one.split(" ")[1] !== name);
	return { texts: { ...texts, "ipset.txt": left.join("\n") }, line };
}

/** An entry that is in no set of the captures, as its type has them. */
const INVENTED: Readonly<Record<IpSet["type"], readonly [ipv4: string, ipv6: string]>> = {
	"hash:ip": ["192.0.2.199", "2001:db8::199"],
	"hash:ip,port": ["192.0.2.199,udp:99", "2001:db8::199,udp:99"],
	"hash:ip,port,ip": ["192.0.2.199,udp:99,192.0.2.7", "2001:db8::199,udp:99,2001:db8::7"],
	"hash:ip,port,net": ["192.0.2.199,udp:99,192.0.2.0/25", "2001:db8::199,udp:99,2001:db8::/64"],
	"bitmap:port": ["9999", "9999"],
};

/** Adds an entry to a set that has no business there. */
export function withExtraEntry(texts: NodeTexts, { name, type }: IpSet, family: Family): Mutated {
	const line = `add ${name} ${INVENTED[type][family === "ipv4" ? 0 : 1]}`;
	return { texts: { ...texts, "ipset.txt": `${textOf(texts, "ipset.txt")}${line}\n` }, line };
}

/** Takes an entry out of a set; undefined when it is empty. */
export function withoutEntry(texts: NodeTexts, { name }: IpSet, random: () => number): Mutated | undefined {
	const choice = { family: undefined, random };
	const pattern = new RegExp(`^add ${name} `);
	return onLine(texts, "ipset.txt", pattern, choice, (text, line) => text.replace(`${line}\n`, ""));
}
