import type { Command } from "../../lang/command.ts";
import { ruleArguments } from "../../lang/iptables/arguments.ts";
import type { Family } from "../../net/ip.ts";
import { CANARY } from "./jumps.ts";
import type { IptablesRules } from "./rules.ts";

/** Seconds to wait for the xtables lock. */
const WAIT = ["-w", "5"] as const;

/** `iptables` or `ip6tables`; `iptables-restore` or `ip6tables-restore`, and so on. */
export function tool(family: Family, suffix: "" | "-restore" | "-save" = ""): string {
	return `${family === "ipv4" ? "iptables" : "ip6tables"}${suffix}`;
}

/** The counters that rules refer to: without them the kernel refuses the whole text. */
export function nfacctCommands(rules: readonly IptablesRules[]): readonly Command[] {
	const names = new Set(rules.flatMap(({ nfacctCounters }) => nfacctCounters));
	return [...names].sort().map((name) => ({ program: "nfacct", args: ["add", name] }));
}

/**
 * What kube-proxy runs on a clean host before it restores: canary chains, then each jump's chain and the jump itself,
 * inserted at the top.
 *
 * Source: spec sections 6.1 and 9.3.
 */
export function setupCommands({ family, canaryTables, jumps }: IptablesRules): readonly Command[] {
	const run = (...args: readonly string[]): Command => ({ program: tool(family), args: [...WAIT, ...args] });
	const canaries = canaryTables.map((table) => run("-N", CANARY, "-t", table));
	const seen = new Set<string>();
	const inserted = jumps.flatMap(({ table, chain, rule }) => {
		const isNew = !seen.has(`${table} ${chain}`);
		seen.add(`${table} ${chain}`);
		const create = isNew ? [run("-N", chain, "-t", table)] : [];
		return [...create, run("-I", rule.chain, "-t", table, ...ruleArguments(rule, family))];
	});
	return [...canaries, ...inserted];
}

/** The command that loads restore text. Source: spec section 9.1. */
export function restoreCommand(family: Family, text: string): Command {
	return { program: tool(family, "-restore"), args: [...WAIT, "--noflush", "--counters"], stdin: text };
}
