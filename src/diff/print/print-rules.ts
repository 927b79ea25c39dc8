import type { Difference } from "../diff.ts";
import { nftPlace, type RuleLine } from "../rule-line.ts";
import type { SideNames } from "./print-text.ts";

/** The rules that differ, in the form of a unified diff, chain by chain; empty when there are none. */
export function printRules({ added, removed, chains }: Difference, { old, current }: SideNames): string {
	const blocks = new Map<string, string[]>();
	const push = (place: string, line: string): void => {
		const block = blocks.get(place);
		if (block === undefined) blocks.set(place, [line]);
		else block.push(line);
	};
	for (const { table, chain, existence, policy } of chains) {
		if (existence !== "both") push(`${table} ${chain}`, `${existence === "added" ? "+" : "-"}:${chain}`);
		if (policy !== undefined)
			for (const [sign, one] of [
				["-", policy[0]],
				["+", policy[1]],
			])
				push(`${table} ${chain}`, `${sign}:${chain} ${one}`);
	}
	for (const line of removed) push(placeOf(line), `-${line.text}`);
	for (const line of added) push(placeOf(line), `+${line.text}`);
	if (blocks.size === 0) return "";
	const hunks = [...blocks].map(([place, lines]) => [`@@ ${place} @@`, ...lines].join("\n"));
	return `--- ${old}\n+++ ${current}\n${hunks.join("\n")}\n`;
}

function placeOf({ tool, table, text }: RuleLine): string {
	if (tool === "nft") return `${nftPlace(text).table} ${nftPlace(text).name}`;
	return tool === "iptables" ? `${table} ${text.split(" ")[1] ?? ""}` : tool;
}
