import { parseSets } from "../../src/lang/ipset/parse.ts";
import { printSets } from "../../src/lang/ipset/print.ts";
import { parseTable } from "../../src/lang/ipvs/parse.ts";
import { printTable } from "../../src/lang/ipvs/print.ts";

/** The size of a hash at creation; the kernel doubles it when a bucket is full. */
const HASH_SIZE = 1024;

/** What `ipset save` printed, without its random numbers, and with the size of hashes at creation. */
export function withoutRandomness(text: string): string {
	return text
		.replaceAll(/^(create .*) initval 0x[\da-f]+/gm, "$1")
		.replaceAll(/^(create .* hashsize )(\d+)/gm, (line, before, size) => {
			return Number(size) > HASH_SIZE ? `${before}${HASH_SIZE}` : line;
		});
}

/** The addresses in what `ip -o address show` printed, a line each. */
export function addresses(text: string): string {
	return [...text.matchAll(/ inet6? (\S+) /g)].map(([, address]) => `${address}\n`).join("");
}

/** What parsing and printing makes of a text, and what it did not understand. */
export function reprintedSets(text: string): { readonly text: string; readonly unknown: readonly unknown[] } {
	const { sets, unknown } = parseSets(text);
	return { text: printSets(sets), unknown };
}

/** Like `reprintedSets`, for virtual servers. */
export function reprintedTable(text: string): { readonly text: string; readonly unknown: readonly unknown[] } {
	const { table, unknown } = parseTable(text);
	return { text: printTable(table), unknown };
}
