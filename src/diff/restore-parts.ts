import { printTable } from "../lang/ipvs/print.ts";
import type { NodeState } from "../lang/node-state.ts";
import type { Difference } from "./diff.ts";
import type { RuleLine } from "./rule-line.ts";
import { transaction } from "./transaction.ts";

/** One text and the command that reads it. */
export interface RestorePart {
	readonly loader: string;
	readonly text: string;
}

/**
 * The texts that turn the old side into the new one, in the order of loading; none when nothing differs. Sets are filled
 * before rules refer to them, and emptied afterwards.
 */
export function restoreParts(old: NodeState, current: NodeState, difference: Difference): readonly RestorePart[] {
	const { family, added, removed } = difference;
	const of = (lines: readonly RuleLine[], tool: RuleLine["tool"]): readonly string[] =>
		lines.filter((line) => line.tool === tool).map(({ text }) => text);
	const v6 = family === "ipv6" ? "6" : "";
	const addresses = [
		...of(removed, "ip").map((text) => text.replace("address add", "address del")),
		...of(added, "ip"),
	];
	const parts: readonly RestorePart[] = [
		{ loader: "ipset -exist restore", text: joined(of(added, "ipset")) },
		{ loader: "ip -batch -", text: joined(addresses) },
		{ loader: "ipvsadm -R", text: joined(serverCommands(of(removed, "ipvsadm"), of(added, "ipvsadm"), old)) },
		{ loader: `ip${v6}tables-restore -w 5 --noflush`, text: transaction(old, current, difference) },
		{ loader: "ipset -exist restore", text: joined(of(removed, "ipset").map(undoing).reverse()) },
	];
	return parts.filter(({ text }) => text !== "");
}

function joined(lines: readonly string[]): string {
	return lines.map((line) => `${line}\n`).join("");
}

/** `add SET ENTRY` as `del SET ENTRY`, `create SET …` as `destroy SET`. */
function undoing(text: string): string {
	const [verb, set, entry] = text.split(" ");
	return verb === "add" ? `del ${set} ${entry}` : `destroy ${set}`;
}

/**
 * Commands of ipvsadm: what is on both sides with other options is edited, so that its connections stay. That is more
 * than what was removed: a real server of weight 0 on the old side is not among that.
 */
function serverCommands(
	removed: readonly string[],
	added: readonly string[],
	{ virtualServers = [] }: NodeState,
): readonly string[] {
	const there = printTable({ virtualServers }).trimEnd().split("\n");
	const [before, after] = [new Set(there.map(identity)), new Set(added.map(identity))];
	const gone = removed.filter((text) => !after.has(identity(text)));
	const goneServers = new Set(gone.filter((text) => text.startsWith("-A ")).map(serviceOf));
	const deletions = gone
		.filter((text) => text.startsWith("-A ") || !goneServers.has(serviceOf(text)))
		.map((text) => identity(text).replace("-A ", "-D ").replace("-a ", "-d "));
	const changes = added.map((text) =>
		before.has(identity(text)) ? text.replace(/^-A /, "-E ").replace(/^-a /, "-e ") : text,
	);
	return [...deletions, ...changes];
}

/** `-t 10.96.0.1:443` of a line of `ipvsadm -Sn`. */
function serviceOf(text: string): string {
	return text.split(" ").slice(1, 3).join(" ");
}

/** What a line is about, without its options: `-A -t IP:PORT`, `-a -t IP:PORT -r IP:PORT`. */
function identity(text: string): string {
	return text
		.split(" ")
		.slice(0, text.startsWith("-A ") ? 3 : 5)
		.join(" ");
}
