import { type Match, newRule, type Rule } from "../../lang/iptables/ruleset.ts";
import type { Model } from "../../model/model.ts";
import { BASE } from "../origin.ts";
import { comment } from "./matches.ts";

/** The mark that asks for masquerading, as a number. */
function masqueradeMark({ config }: Model): number {
	return 2 ** config.masqueradeBit;
}

/** Masquerading what is marked, on the way out; the mark is cleared. Source: iptables spec, section 6.3. */
export function postroutingRules(model: Model): readonly Rule[] {
	const mark = masqueradeMark(model);
	const unmarked: Match = { kind: "mark", value: mark, mask: mark, isNegated: true };
	const why = comment("kubernetes service traffic requiring SNAT");
	return [
		newRule("KUBE-POSTROUTING", [unmarked], { kind: "return" }, BASE),
		newRule("KUBE-POSTROUTING", [], { kind: "mark", value: mark, mask: 0 }, BASE),
		newRule("KUBE-POSTROUTING", [why], { kind: "masquerade", isRandomFully: true }, BASE),
	];
}

/** Marking. Source: iptables spec, section 6.3. */
export function markRules(model: Model): readonly Rule[] {
	const mark = masqueradeMark(model);
	return [newRule("KUBE-MARK-MASQ", [], { kind: "mark", value: mark, mask: mark }, BASE)];
}

/** Lets marked and known traffic pass, whatever the forward policy is. Source: iptables spec, section 6.8. */
export function forwardRules(model: Model): readonly Rule[] {
	const mark = masqueradeMark(model);
	const marked: Match = { kind: "mark", value: mark, mask: mark, isNegated: false };
	const known: Match = { kind: "conntrack", states: ["RELATED", "ESTABLISHED"], isNegated: false };
	return [
		newRule("KUBE-FORWARD", [comment("kubernetes forwarding rules"), marked], { kind: "accept" }, BASE),
		newRule("KUBE-FORWARD", [comment("kubernetes forwarding conntrack rule"), known], { kind: "accept" }, BASE),
	];
}
