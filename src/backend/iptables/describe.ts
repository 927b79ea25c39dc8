import { rulePrinter } from "../../lang/iptables/print.ts";
import { type Rule, type Ruleset, rulesByChain, type Table } from "../../lang/iptables/ruleset.ts";
import type { DescribeOptions } from "../backend.ts";
import { installedRuleset } from "./installed.ts";
import { REASONS, type Reason } from "./reason.ts";
import type { IptablesRules } from "./rules.ts";

/** The rules of a node as plain data: every table, chain and rule as iptables-save lists them. Documented in docs/json.md. */
export function describeIptables(rules: IptablesRules, { namespace }: DescribeOptions): unknown {
	const installed = installedRuleset(rules);
	return {
		ipFamily: rules.family,
		nfacctCounters: rules.nfacctCounters,
		tables: installed.tables.map((table) => describeTable(table, installed, namespace)),
	};
}

function describeTable(table: Table, { family }: Ruleset, namespace: string | undefined): unknown {
	const print = rulePrinter(family, "save");
	const byChain = rulesByChain(table);
	const chains = table.chains.map(({ name, policy }) => {
		const numbered = (byChain.get(name) ?? []).map((rule, index) => ({ rule, number: index + 1 }));
		const shown = numbered.filter(({ rule }) => namespace === undefined || namespaceOf(rule) === namespace);
		const described = shown.map(({ rule, number }) => describeRule(rule, number, print));
		return { name, ...(policy === undefined ? {} : { policy }), rules: described };
	});
	return {
		name: table.name,
		chains: namespace === undefined ? chains : chains.filter(({ rules }) => rules.length > 0),
	};
}

function namespaceOf({ origin }: Rule): string | undefined {
	return origin?.subject?.split("/")[0];
}

/** Absent fields are left out by JSON, so undefined needs no care here. */
function describeRule(rule: Rule, number: number, print: (rule: Rule) => string): unknown {
	const { source, destination, inInterface, protocol, matches, target, origin } = rule;
	return {
		number,
		text: print(rule),
		source,
		destination,
		inInterface,
		protocol,
		matches,
		target: target ?? null,
		origin: origin && {
			servicePort: origin.subject,
			reason: origin.reason,
			endpoint: origin.detail,
			meaning: REASONS[origin.reason as Reason],
		},
	};
}
