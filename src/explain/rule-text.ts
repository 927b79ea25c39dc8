import { REASONS as IPTABLES_REASONS } from "../backend/iptables/reason.ts";
import { REASONS as IPVS_REASONS } from "../backend/ipvs/reason.ts";
import { REASONS as NFTABLES_REASONS } from "../backend/nftables/reason.ts";
import type { Reasons } from "../backend/origin.ts";
import type { ProxyMode } from "../config/proxy-config.ts";
import { rulePrinter } from "../lang/iptables/print.ts";
import type { Rule } from "../lang/iptables/ruleset.ts";
import { elementText } from "../lang/nft/print-element.ts";
import { ruleText } from "../lang/nft/print-rule.ts";
import type { Element, Rule as NftRule } from "../lang/nft/table.ts";
import type { Origin } from "../lang/origin.ts";
import type { NodeInFamily } from "./context.ts";

/** A rule for people. */
export interface RuleText {
	readonly chain: string;
	/** From 1, as iptables-save or nft lists the chain. */
	readonly number: number;
	/** As iptables-save or nft prints it. */
	readonly text: string;
	/** Why it exists, in words. */
	readonly meaning: string | undefined;
}

/** An element of a set or a map, for people. */
export interface ElementText {
	readonly set: string;
	/** As nft prints it. */
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

/** A rule of a chain of nftables. */
export function nftRuleText(chain: string, rule: NftRule, number: number): RuleText {
	return { chain, number, text: ruleText(rule, "listing"), meaning: meaningOf(rule.origin, "nftables") };
}

/** An element of a set or a map of nftables. */
export function nftElementText(set: string, element: Element): ElementText {
	return { set, text: elementText(element, "listing"), meaning: meaningOf(element.origin, "nftables") };
}

const REASONS: Readonly<Record<ProxyMode, Reasons>> = {
	iptables: IPTABLES_REASONS,
	ipvs: IPVS_REASONS,
	nftables: NFTABLES_REASONS,
};

/** Why something exists, in the words of its proxy mode. */
export function meaningOf(origin: Origin | undefined, mode: ProxyMode): string | undefined {
	return origin && REASONS[mode][origin.reason];
}
