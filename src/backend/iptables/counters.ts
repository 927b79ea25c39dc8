import type { Command } from "../../lang/command.ts";
import { INVALID_COUNTER } from "./base-rules.ts";
import { LOCALHOST_COUNTER } from "./dispatch.ts";
import type { IptablesRules } from "./rules.ts";

/** All counters that rules of any model refer to, sorted. */
export const COUNTERS: readonly string[] = [INVALID_COUNTER, LOCALHOST_COUNTER];

/** The counters that rules refer to: without them the kernel refuses the whole text. */
export function nfacctCommands(rules: readonly IptablesRules[]): readonly Command[] {
	const names = new Set(rules.flatMap(({ nfacctCounters }) => nfacctCounters));
	return [...names].sort().map((name) => ({ program: "nfacct", args: ["add", name] }));
}
