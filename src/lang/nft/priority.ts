import type { ChainHook, TableFamily } from "./table.ts";

/** Names of priorities, and the hooks they are for (undefined: all). */
const NAMED: readonly (readonly [name: string, priority: number, hook: string | undefined])[] = [
	["raw", -300, undefined],
	["mangle", -150, undefined],
	["dstnat", -100, "prerouting"],
	["filter", 0, undefined],
	["security", 50, undefined],
	["srcnat", 100, "postrouting"],
];

const BRIDGE: typeof NAMED = [
	["dstnat", -300, "prerouting"],
	["filter", -200, undefined],
	["out", 100, "output"],
	["srcnat", 300, "postrouting"],
];

/** How far from a named priority nft still counts from it. */
const REACH = 10;

/** A priority as nft 1.0.6 shows it: `filter`, `dstnat - 10`, `-110`. */
export function printPriority(family: TableFamily, { hook, priority }: Pick<ChainHook, "hook" | "priority">): string {
	const near = namesOf(family).find(
		([, named, only]) => (only === undefined || only === hook) && Math.abs(priority - named) <= REACH,
	);
	if (near === undefined) return String(priority);
	const [name, named] = near;
	const offset = priority - named;
	if (offset === 0) return name;
	return `${name} ${offset < 0 ? "-" : "+"} ${Math.abs(offset)}`;
}

/** The priority that words such as `-110`, `dstnat`, `dstnat - 10` or `filter+5` mean; undefined when they mean none. */
export function parsePriority(family: TableFamily, hook: string, words: readonly string[]): number | undefined {
	const text = words.join("");
	if (/^-?\d{1,9}$/.test(text)) return Number(text);
	const [, name, sign, offset = "0"] = /^([a-z]+)(?:([+-])(\d{1,9}))?$/.exec(text) ?? [];
	const named = namesOf(family).find(([own, , only]) => own === name && (only === undefined || only === hook));
	if (named === undefined) return undefined;
	return named[1] + (sign === "-" ? -1 : 1) * Number(offset);
}

function namesOf(family: TableFamily): typeof NAMED {
	if (family === "ip" || family === "ip6" || family === "inet") return NAMED;
	return family === "bridge" ? BRIDGE : NAMED.filter(([name]) => name === "filter");
}
