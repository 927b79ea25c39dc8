import { elementKey, ruleKey } from "../../lang/nft/canonical.ts";
import { printOperation } from "../../lang/nft/print-transaction.ts";
import type { Table } from "../../lang/nft/table.ts";
import type { Command } from "../../lang/nft/transaction.ts";
import type { LineChanges } from "../ipvs/compare.ts";
import { SHARED } from "../owner.ts";
import type { RuleLine } from "../rule-line.ts";
import type { NftChainChange, NftDifference, NftSetChange } from "./compare.ts";
import type { NftIndex } from "./index.ts";
import type { NftOwners } from "./owner.ts";
import { tableExtras } from "./table-extras.ts";

/** What differs as commands that would make it, without comments; rules that moved are both removed and added. */
export function nftLines(old: NftIndex, current: NftIndex, difference: NftDifference, owners: NftOwners): LineChanges {
	return {
		removed: sideLines(old, difference, "removed", owners),
		added: sideLines(current, difference, "added", owners),
	};
}

function sideLines(
	side: NftIndex,
	{ table: tableExistence, sets, chains }: NftDifference,
	which: "removed" | "added",
	owners: NftOwners,
): readonly RuleLine[] {
	const { table } = side;
	if (table === undefined) return [];
	const name = { family: table.family, name: table.name };
	const place = `${name.family} ${name.name}`;
	const line = (text: string, owner: string): RuleLine => ({ tool: "nft", table: undefined, text, owner });
	const declared = (command: Command, owner: string): RuleLine =>
		line(printOperation({ table: name, ...command }), owner);
	const isMade = (existence: NftDifference["table"]): boolean => existence === which || existence === "remade";
	const setLines = ({ set, existence, ...lists }: NftSetChange): readonly RuleLine[] => {
		const found = isMade(existence) ? side.sets.get(set) : undefined;
		const plain = found && { ...found, comment: undefined, size: undefined };
		return [
			...(plain === undefined ? [] : [declared({ kind: "add-set", set: plain }, owners.ofName(set))]),
			...lists[which].map((element) =>
				line(`add element ${place} ${set} { ${elementKey(element)} }`, owners.ofElement(set, element)),
			),
		];
	};
	const chainLines = ({ chain, existence, moved, ...lists }: NftChainChange): readonly RuleLine[] => {
		const found = isMade(existence) ? side.chains.get(chain) : undefined;
		const plain = found && { ...found, comment: undefined };
		return [
			...(plain === undefined ? [] : [declared({ kind: "add-chain", chain: plain }, owners.ofName(chain))]),
			...[...lists[which], ...moved].map((rule) =>
				line(`add rule ${place} ${chain} ${ruleKey(rule)}`, owners.ofRule(chain, rule)),
			),
		];
	};
	return [
		...(isMade(tableExistence) ? [line(`add table ${place}${flagsText(table)}`, SHARED)] : []),
		...sets.flatMap(setLines),
		...chains.flatMap(chainLines),
	];
}

function flagsText(table: Table): string {
	const text = tableExtras(table);
	return text === undefined ? "" : ` { ${text} ; }`;
}
