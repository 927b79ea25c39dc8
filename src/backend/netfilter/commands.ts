import type { Command } from "../../lang/command.ts";
import { ruleArguments } from "../../lang/iptables/arguments.ts";
import type { Family } from "../../net/ip.ts";
import type { Installation } from "./installation.ts";

/** Seconds to wait for the xtables lock. */
const WAIT = ["-w", "5"] as const;

/** `iptables` or `ip6tables`; `iptables-restore` or `ip6tables-restore`, and so on. */
export function tool(family: Family, suffix: "" | "-restore" | "-save" = ""): string {
	return `${family === "ipv4" ? "iptables" : "ip6tables"}${suffix}`;
}

/**
 * What kube-proxy runs on a clean host before it restores: create chains, then insert the jumps, each at the top.
 *
 * Source: spec sections 6.1 and 9.3.
 */
export function setupCommands({ family, chains, jumps }: Installation): readonly Command[] {
	const run = (...args: readonly string[]): Command => ({ program: tool(family), args: [...WAIT, ...args] });
	return [
		...chains.map(({ table, chain }) => run("-N", chain, "-t", table)),
		...jumps.map(({ table, rule }) => run("-I", rule.chain, "-t", table, ...ruleArguments(rule, family))),
	];
}

/** The command that loads restore text. Source: spec section 9.1. */
export function restoreCommand(family: Family, text: string): Command {
	return { program: tool(family, "-restore"), args: [...WAIT, "--noflush", "--counters"], stdin: text };
}
