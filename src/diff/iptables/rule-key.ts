import { isKubeProxyChain } from "../../kube/chains.ts";
import { isUnsteady } from "../../lang/iptables/canonical.ts";
import { rulePrinter } from "../../lang/iptables/print.ts";
import type { Rule } from "../../lang/iptables/ruleset.ts";

/** Keys need no family: what differs between the printers does not occur in canonical rules. */
const printKey = rulePrinter("ipv4", "save");

/** A text that is equal for canonical rules of a chain that are the same. */
export function ruleKey(canonical: Rule): string {
	return printKey(canonical);
}

/**
 * Whether a rule does nothing more when a packet meets it twice in a row: a jump from a built-in chain, as others leave it
 * behind twice, or a mark. Where kube-proxy itself writes a jump twice, one that is missing is worth a word.
 */
export function isIdle(rule: Rule): boolean {
	return idleIn(rule.chain)(rule);
}

/** The same for rules of one chain. */
export function idleIn(chain: string): (rule: Rule) => boolean {
	const isOwn = isKubeProxyChain(chain);
	return ({ target, matches }) => {
		if (target?.kind === "mark") return target.value === target.mask && !matches.some(isUnsteady);
		if (isOwn || target?.kind !== "jump") return false;
		return isKubeProxyChain(target.chain) && !matches.some(isUnsteady);
	};
}
