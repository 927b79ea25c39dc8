import { rulePrinter } from "../../lang/iptables/print.ts";
import { type Rule, type Ruleset, rulesByChain, type Table } from "../../lang/iptables/ruleset.ts";
import type { DescribeOptions } from "../backend.ts";
import { describeOrigin, isShown, type Reasons } from "../origin.ts";
import type { Installation } from "./installation.ts";
import { installedRuleset } from "./installed.ts";

/** Tables of a node as plain data: every chain and rule as iptables-save lists them. Documented in docs/json.md. */
export function describeTables(rules: Installation, reasons: Reasons, options: DescribeOptions): unknown {
	const installed = installedRuleset(rules);
	return installed.tables.map((table) => describeTable(table, installed, reasons, options));
}

function describeTable(table: Table, { family }: Ruleset, reasons: Reasons, options: DescribeOptions): unknown {
	const print = rulePrinter(family, "save");
	const byChain = rulesByChain(table);
	const chains = table.chains.map(({ name, policy }) => {
		const numbered = (byChain.get(name) ?? []).map((rule, index) => ({ rule, number: index + 1 }));
		const shown = numbered.filter(({ rule }) => isShown(rule.origin, options));
		const described = shown.map(({ rule, number }) => describeRule(rule, number, print, reasons));
		return { name, ...(policy === undefined ? {} : { policy }), rules: described };
	});
	return {
		name: table.name,
		chains: options.isWanted === undefined ? chains : chains.filter(({ rules }) => rules.length > 0),
	};
}

/** Absent fields are left out by JSON, so undefined needs no care here. */
function describeRule(rule: Rule, number: number, print: (rule: Rule) => string, reasons: Reasons): unknown {
	const { source, destination, inInterface, outInterface, protocol, matches, target, origin } = rule;
	return {
		number,
		text: print(rule),
		source,
		destination,
		inInterface,
		outInterface,
		protocol,
		matches,
		target: target ?? null,
		origin: origin && describeOrigin(origin, reasons),
	};
}
