import { canonicalRule } from "../lang/iptables/canonical.ts";
import { onlyHost, onlyPort } from "../lang/iptables/only-match.ts";
import type { Rule, Table } from "../lang/iptables/ruleset.ts";
import { rulesByChain } from "../lang/iptables/ruleset.ts";
import { ruleAsker } from "./ask-rule.ts";
import type { ChainOf, IndexedChain, NumberedRule } from "./chain.ts";

/** Makes a table ready: each chain is indexed when it is first asked for. */
export function indexTable(table: Table): ChainOf {
	const rules = rulesByChain(table);
	const policies = new Map(table.chains.map(({ name, policy }) => [name, policy]));
	const known = new Map<string, IndexedChain>();
	return (name) => {
		const ready = known.get(name);
		if (ready !== undefined) return ready;
		const own = rules.get(name);
		if (own === undefined) return undefined;
		const chain = indexChain(own, policies.get(name));
		known.set(name, chain);
		return chain;
	};
}

/** Chains of fewer rules are looked through. */
const WORTH_AN_INDEX = 16;

function indexChain(rules: readonly Rule[], policy: string | undefined): IndexedChain {
	const canonical = rules.map(canonicalRule);
	const numbered = rules.map(
		(rule, index): NumberedRule => ({
			source: { rule },
			number: index + 1,
			ask: ruleAsker(rule, canonical[index] ?? rule),
		}),
	);
	if (numbered.length < WORTH_AN_INDEX) return { policy, length: rules.length, candidates: () => numbered };
	const groups = new Map<string, NumberedRule[]>();
	for (const [index, rule] of canonical.entries()) {
		const one = numbered[index];
		if (one === undefined) continue;
		const key = `${onlyHost(rule) ?? "*"} ${onlyPort(rule) ?? "*"}`;
		const group = groups.get(key);
		if (group === undefined) groups.set(key, [one]);
		else group.push(one);
	}
	const candidates = (ip: string, protocol: string, port: number): readonly NumberedRule[] => {
		const at = `${protocol} ${port}`;
		const keys = [`${ip} ${at}`, `${ip} *`, `* ${at}`, "* *"];
		const found = keys.map((key) => groups.get(key)).filter((group) => group !== undefined);
		return found.length === 1 ? (found[0] ?? []) : found.flat().sort((a, b) => a.number - b.number);
	};
	return { policy, length: rules.length, candidates };
}
