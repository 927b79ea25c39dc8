import { between, commonEnds } from "../../common-ends.ts";
import { canonicalAddress, canonicalRule } from "../../lang/iptables/canonical.ts";
import { onlyHost, onlyPort } from "../../lang/iptables/only-match.ts";
import type { Match, Rule } from "../../lang/iptables/ruleset.ts";
import { sameRule } from "../../lang/iptables/same-rule.ts";
import { idleIn, ruleKey } from "./rule-key.ts";

/**
 * The rules of two chains without those at the beginning and at the end that both have and that have no say in how the
 * rest compares: they match no packet that a rule of the rest might match, by destination address and port. In a chain
 * with tens of thousands of addresses few are left, and the comparison of these has the same result.
 *
 * A rule that is idle behind itself ends what is left out, for whether it stands behind itself the rest decides.
 */
export function withoutCommonEnds(
	before: readonly Rule[],
	after: readonly Rule[],
): readonly [before: readonly Rule[], after: readonly Rule[]] {
	const isIdle = idleIn(before[0]?.chain ?? "");
	const ends = commonEnds(before, after, (rule, other) => sameRule(rule, other) && !isIdle(rule));
	const { start, end } = ends;
	const [old, current] = between(before, after, ends);
	const rest = [...old, ...current].map(canonicalRule);
	const isNear = nearnessTo(rest);
	const nearOfEnd = near(before, before.length - end, before.length, isNear);
	// A rule of the end that equals one of the rest may stand for it on the other side: then all places in the end count.
	const keys = new Set(nearOfEnd.length === 0 ? [] : rest.map(ruleKey));
	const isMixed = nearOfEnd.some((index) => keys.has(ruleKey(canonicalRule(before[index] as Rule))));
	const nearOfStart = near(before, 0, start, isNear);
	const shift = after.length - before.length;
	const pick = (rules: readonly Rule[], indexes: readonly number[], by: number): readonly Rule[] =>
		indexes.map((index) => rules[index + by] as Rule);
	const last = (rules: readonly Rule[], by: number): readonly Rule[] =>
		isMixed ? rules.slice(rules.length - end) : pick(rules, nearOfEnd, by);
	return [
		[...pick(before, nearOfStart, 0), ...old, ...last(before, 0)],
		[...pick(after, nearOfStart, 0), ...current, ...last(after, shift)],
	];
}

/** The indexes from `from` to `to` of rules that are near. */
function near(rules: readonly Rule[], from: number, to: number, isNear: (rule: Rule) => boolean): readonly number[] {
	const indexes: number[] = [];
	for (let index = from; index < to; index++) if (isNear(rules[index] as Rule)) indexes.push(index);
	return indexes;
}

/** Whether a rule might match the same packets as one of some canonical rules; true when in doubt. */
function nearnessTo(rest: readonly Rule[]): (rule: Rule) => boolean {
	const hosts = new Set(rest.map(onlyHost));
	const ports = new Set(rest.flatMap(({ matches }) => matches.map(portOf)).filter((port) => port !== undefined));
	const isAnyHost = hosts.has(undefined);
	const isAnyPort = rest.some((rule) => onlyPort(rule) === undefined);
	const meetsHost = ({ destination }: Rule): boolean => {
		const host = isAnyHost ? undefined : onlyHost({ destination: canonicalAddress(destination) });
		return host === undefined || hosts.has(host);
	};
	const meetsPort = ({ matches }: Rule): boolean => {
		let isAny = true;
		for (const match of matches) {
			const port = portOf(match);
			if (port !== undefined && ports.has(port)) return true;
			if (port !== undefined) isAny = false;
		}
		return isAny;
	};
	return (rule) => meetsHost(rule) && (isAnyPort || meetsPort(rule));
}

/** Without the protocol: the number tells most ports apart, and needs no text to be made. */
function portOf(match: Match): number | undefined {
	return match.kind === "ports" ? match.destinationPort : undefined;
}
