import { REASONS as IPTABLES_REASONS } from "../backend/iptables/reason.ts";
import { REASONS as IPVS_REASONS } from "../backend/ipvs/reason.ts";
import type { Reasons } from "../backend/origin.ts";
import { rulePrinter } from "../lang/iptables/print.ts";
import type { Rule } from "../lang/iptables/ruleset.ts";
import type { Origin } from "../lang/origin.ts";
import type { NodeInFamily } from "./context.ts";

/** A rule for people. */
export interface RuleText {
	readonly chain: string;
	/** From 1, as iptables-save lists the chain. */
	readonly number: number;
	/** As iptables-save prints it. */
	readonly text: string;
	/** Why it exists, in words. */
	readonly meaning: string | undefined;
}

/** A function that shows rules of a node. */
export function ruleTexts({ model, state }: NodeInFamily): (rule: Rule, number: number) => RuleText {
	const print = rulePrinter(state.family, "save");
	return (rule, number) => ({
		chain: rule.chain,
		number,
		text: print(rule),
		meaning: meaningOf(rule.origin, model.config.mode),
	});
}

/** Why something exists, in the words of its proxy mode. */
export function meaningOf(origin: Origin | undefined, mode: string): string | undefined {
	const reasons: Reasons = mode === "ipvs" ? IPVS_REASONS : IPTABLES_REASONS;
	return origin && reasons[origin.reason];
}
