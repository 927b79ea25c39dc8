import { rulePrinter } from "../lang/iptables/print.ts";
import type { Rule } from "../lang/iptables/ruleset.ts";
import { actionOf, actOf, applyTarget, isWithoutEffect } from "./apply-target.ts";
import { type NumberedRule, type Reaction, unknownMatch } from "./chain.ts";
import { withOpenQuestion } from "./flow.ts";
import { chanceOf } from "./match-rule.ts";

/**
 * Makes a rule of iptables ready to be asked.
 *
 * @param canonical the same rule in the form that is evaluated
 */
export function ruleAsker(rule: Rule, canonical: Rule): NumberedRule["ask"] {
	const { target } = canonical;
	const [action, act] = [actionOf(target), actOf(target)];
	return (flow, journey, place) => {
		const chance = chanceOf(canonical, flow, journey, place);
		if (chance === 0) return undefined;
		if (chance === undefined && isWithoutEffect(target)) return [{ kind: "passes", flow: withOpenQuestion(flow) }];
		if (chance === 1) return [{ kind: "acts", action, act, effect: applyTarget(target, flow, journey, place.hook) }];
		const acts = (matched: typeof flow): Reaction => ({
			kind: "acts",
			action,
			act,
			effect: applyTarget(target, matched, journey, place.hook),
		});
		if (chance === undefined) {
			const text = rulePrinter(flow.to.includes(":") ? "ipv6" : "ipv4", "save")(rule);
			return [{ kind: "asks", flow, place: 0, doubt: unknownMatch(text), yes: (matched) => [acts(matched)] }];
		}
		const { probability } = flow;
		return [
			acts({ ...flow, probability: probability * chance }),
			{ kind: "passes", flow: { ...flow, probability: probability * (1 - chance) } },
		];
	};
}
