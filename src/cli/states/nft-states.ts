import { isKubeProxyTable, isOfServicePort } from "../../kube/nft-names.ts";
import { tryTransaction } from "../../lang/nft/apply-transaction.ts";
import { parseNftListing } from "../../lang/nft/parse-listing.ts";
import { parseNftTransaction } from "../../lang/nft/parse-transaction.ts";
import { printOperation } from "../../lang/nft/print-transaction.ts";
import type { Table, TableFamily } from "../../lang/nft/table.ts";
import type { Family } from "../../net/ip.ts";
import { Trouble } from "../../trouble.ts";
import { isNftTransaction, type ToolText } from "./texts.ts";

/** Tables of nftables, by the family whose packets they see. */
export type NftTables = ReadonlyMap<Family, readonly Table[]>;

/**
 * Reads what nft lists, or what kube-proxy sends to it.
 *
 * @param choice `--ip-family`: the families to speak of, even when kube-proxy has no table there
 * @param others families that other texts of the node speak of, which count when there is no choice
 * @throws Trouble when a text is cut off, is something else, or says nothing of kube-proxy while nobody says the family
 */
export function readNftTables(
	texts: readonly ToolText[],
	choice: string | undefined,
	others: readonly Family[],
): NftTables {
	const tables = texts.flatMap(tablesIn);
	if (texts.length === 0) return new Map();
	const families = BOTH.filter(
		(family) => isMeant(family, texts, tables, choice) || (choice === undefined && others.includes(family)),
	);
	if (families.length > 0) return new Map(families.map((family) => [family, tables.filter(isSeenIn(family))]));
	const source = texts.map((text) => text.source).join(", ");
	throw new Trouble(
		`${source}: has no table of kube-proxy's (ip kube-proxy, ip6 kube-proxy), so nobody can tell the family; give --ip-family`,
	);
}

/** `ip kube-proxy`, `ip6 kube-proxy`: those that there are. */
export function kubeProxyTables(tables: NftTables): readonly string[] {
	return [...tables].flatMap(([family, own]) =>
		own.filter((table) => isKubeProxyTable(table, family)).map((table) => `${table.family} ${table.name}`),
	);
}

/** @throws Trouble when tables of kube-proxy's lack all elements while there are chains of Services: `nft -t` leaves them out */
export function refuseTerse(texts: readonly ToolText[]): void {
	for (const { tool, text, source } of texts) {
		if (tool !== "nft" || isNftTransaction(text)) continue;
		const own = parseNftListing(text).tables.filter((table) => BOTH.some((family) => isKubeProxyTable(table, family)));
		const terse = own.find(
			({ sets, chains }) =>
				sets.every(({ elements }) => elements.length === 0) && chains.some(({ name }) => isOfServicePort(name)),
		);
		if (terse === undefined) continue;
		throw new Trouble(
			`${source}: table ${terse.family} ${terse.name} has chains of Services, but no set or map has an element, as nft -t prints it: give what nft -s list ruleset prints`,
		);
	}
}

const BOTH: readonly Family[] = ["ipv4", "ipv6"];
const OWN_FAMILY: Readonly<Record<Family, TableFamily>> = { ipv4: "ip", ipv6: "ip6" };

function isMeant(
	family: Family,
	texts: readonly ToolText[],
	tables: readonly Table[],
	choice: string | undefined,
): boolean {
	if (choice !== undefined) return choice === "dual" || choice === family;
	const isThere = tables.some((table) => isKubeProxyTable(table, family));
	return isThere || texts.some((text) => text.family === family);
}

/** Tables of both families see packets of each; those of bridges and devices see them before any other, and are not compared. */
function isSeenIn(family: Family): (table: Table) => boolean {
	return (table) => table.family === OWN_FAMILY[family] || table.family === "inet";
}

function tablesIn({ text, source }: ToolText): readonly Table[] {
	if (isNftTransaction(text)) return tablesOfTransaction(text, source);
	const { tables, problems } = parseNftListing(text);
	const [first] = problems;
	if (first !== undefined) throw new Trouble(`${source}:${first.line}: ${first.message}`);
	return tables;
}

/** A transaction says what is there afterwards only when it makes everything itself: a first sync of kube-proxy does. */
function tablesOfTransaction(text: string, source: string): readonly Table[] {
	const { transaction, unknown } = parseNftTransaction(text);
	const [first] = unknown;
	if (first !== undefined) throw new Trouble(`${source}:${first.line}: expected a command of nft, one a line`);
	const { tables, refused } = tryTransaction(transaction);
	if (refused === undefined) return tables;
	const what = printOperation(refused);
	throw new Trouble(
		`${source}: this is only a part of what a node has: ${what} is about something that no line before makes; give what nft -s list ruleset prints`,
	);
}
