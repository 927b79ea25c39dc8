import { printTransaction } from "../lang/nft/print-transaction.ts";
import type { NodeState } from "../lang/node-state.ts";
import type { Difference } from "./diff.ts";
import { transaction } from "./iptables/transaction.ts";
import { serverCommands } from "./ipvs/server-commands.ts";
import { setCommands } from "./ipvs/set-commands.ts";
import { nftTransaction } from "./nft/transaction.ts";
import type { RuleLine } from "./rule-line.ts";

/** One text and the command that reads it. */
export interface RestorePart {
	readonly loader: string;
	readonly text: string;
}

/** The texts that turn the old side into the new one, in the order of loading; none when nothing differs. */
export function restoreParts(old: NodeState, current: NodeState, difference: Difference): readonly RestorePart[] {
	const nft = printTransaction(nftTransaction(old, current));
	return [...partsBesideNft(old, current, difference), ...(nft === "" ? [] : [{ loader: "nft -f -", text: nft }])];
}

/**
 * Those for other tools than nft. In between no packet gets lost or goes astray that has a place to go on both sides: rules
 * come before the virtual servers that need them, these before the sets and addresses by which packets get there, and the
 * other way round for what goes.
 *
 * @param rules the text for iptables-restore, when it is to be another one than that of the smallest change
 */
export function partsBesideNft(
	old: NodeState,
	current: NodeState,
	difference: Difference,
	rules: string = transaction(old, current, difference),
): readonly RestorePart[] {
	const { family, added, removed } = difference;
	const of = (lines: readonly RuleLine[], tool: RuleLine["tool"]): readonly RuleLine[] =>
		lines.filter((line) => line.tool === tool);
	const v6 = family === "ipv6" ? "6" : "";
	const [unbound, bound] = [
		of(removed, "ip").map(({ text }) => text.replace("address add", "address del")),
		of(added, "ip").map(({ text }) => text),
	];
	const sets = setCommands(of(removed, "ipset"), of(added, "ipset"), old, current);
	const servers = serverCommands(of(removed, "ipvsadm"), of(added, "ipvsadm"), old);
	const parts: readonly RestorePart[] = [
		{ loader: "ipset -exist restore", text: joined(sets.first) },
		{ loader: "ipvsadm -R", text: joined(servers.gone) },
		{ loader: "ip -batch -", text: joined(unbound) },
		{ loader: `ip${v6}tables-restore -w 5 --noflush`, text: rules },
		{ loader: "ipvsadm -R", text: joined(servers.changed) },
		{ loader: "ipset -exist restore", text: joined(sets.opening) },
		{ loader: "ip -batch -", text: joined(bound) },
		{ loader: "ipset -exist restore", text: joined(sets.last) },
	];
	return parts.filter(({ text }) => text !== "");
}

function joined(lines: readonly string[]): string {
	return lines.map((line) => `${line}\n`).join("");
}
