import type { Command } from "../../lang/command.ts";
import type { IptablesRules } from "./rules.ts";

/** The counters that rules refer to: without them the kernel refuses the whole text. */
export function nfacctCommands(rules: readonly IptablesRules[]): readonly Command[] {
	const names = new Set(rules.flatMap(({ nfacctCounters }) => nfacctCounters));
	return [...names].sort().map((name) => ({ program: "nfacct", args: ["add", name] }));
}
