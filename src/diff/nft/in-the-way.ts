import { isKubeProxyChain } from "../../kube/chains.ts";
import { ruleText } from "../../lang/nft/print-rule.ts";
import { calledByRule } from "../../lang/nft/references.ts";
import type { Chain, ChainHook, Rule, Table } from "../../lang/nft/table.ts";
import type { Finding } from "../finding.ts";

/** Where kube-proxy translates addresses. */
const TRANSLATING: readonly string[] = ["prerouting", "output"];

/** The priority at which it does: who translates first decides. */
const OWN_PRIORITY = -100;

/** Chains of somebody else's table that take packets from kube-proxy's rules: certainly an error, else a warning. */
export function nftInTheWay(table: Table): readonly Finding[] {
	if (table.unknown.includes("flags dormant")) return [];
	return table.chains.flatMap((chain): readonly Finding[] => {
		const { hook } = chain;
		const danger = hook === undefined ? undefined : dangerOf(chain, hook, table);
		if (hook === undefined || danger === undefined) return [];
		const where = `table ${table.family} ${table.name}: chain ${chain.name} (hook ${hook.hook}, priority ${hook.priority})`;
		return [{ code: "RULE_IN_FRONT", severity: danger.severity, message: `${where} of somebody else ${danger.what}` }];
	});
}

type Danger = Pick<Finding, "severity"> & { readonly what: string };

function dangerOf(chain: Chain, hook: ChainHook, table: Table): Danger | undefined {
	const isNat = hook.type === "nat";
	if (isNat && (!TRANSLATING.includes(hook.hook) || hook.priority > OWN_PRIORITY)) return undefined;
	const [takes, what] = isNat
		? [translates, "translate connections before kube-proxy does"]
		: [drops, "drop packets for Services"];
	const [first] = chain.rules;
	if (first !== undefined && takes(first) && isForEverything(first)) {
		return { severity: "error", what: `takes every packet: its first rule is ${ruleText(first, "listing")}` };
	}
	const mayTake = reachableRules(chain, table).some(takes);
	if (mayTake) return { severity: "warning", what: `may ${what}` };
	if (hook.policy !== "drop") return undefined;
	return { severity: "warning", what: "drops what its rules do not accept, perhaps packets for Services" };
}

function isForEverything({ statements }: Rule): boolean {
	return statements.every(({ kind }) => kind !== "match");
}

function translates({ statements }: Rule): boolean {
	return statements.some((statement) => {
		if (statement.kind === "unknown") return /\b(?:dnat|redirect|DNAT|REDIRECT)\b/.test(statement.text);
		return statement.kind === "dnat" || statement.kind === "dnat-map";
	});
}

function drops({ statements }: Rule): boolean {
	return statements.some((statement) => {
		if (statement.kind === "unknown") return /\b(?:drop|reject|DROP|REJECT)\b/.test(statement.text);
		return statement.kind === "reject" || (statement.kind === "verdict" && statement.verdict.kind === "drop");
	});
}

/** Rules of a chain, and of those that it leads to; the kubelet's and kube-proxy's do no harm. */
function reachableRules(chain: Chain, { chains }: Table): readonly Rule[] {
	const byName = new Map(chains.map((one) => [one.name, one]));
	const seen = new Set([chain]);
	for (const { rules } of seen) {
		for (const name of rules.flatMap(calledByRule)) {
			const called = isKubeProxyChain(name) ? undefined : byName.get(name);
			if (called !== undefined) seen.add(called);
		}
	}
	return [...seen].flatMap(({ rules }) => rules);
}
