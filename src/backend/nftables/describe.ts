import { applyTransaction } from "../../lang/nft/apply-transaction.ts";
import { inListedOrder } from "../../lang/nft/element-order.ts";
import { elementText } from "../../lang/nft/print-element.ts";
import { ruleText } from "../../lang/nft/print-rule.ts";
import type { Chain, NamedSet, Table } from "../../lang/nft/table.ts";
import type { DescribeOptions } from "../backend.ts";
import { describeOrigin, isShown } from "../origin.ts";
import type { NftablesRules } from "./build.ts";
import { REASONS } from "./reason.ts";

/** The rules as plain data: every set, chain and rule as nft lists them. Documented in docs/json.md. */
export function describeNftables({ family, transaction, sysctls }: NftablesRules, options: DescribeOptions): unknown {
	return {
		ipFamily: family,
		sysctls,
		tables: applyTransaction(transaction).map((table) => describeTable(table, options)),
	};
}

function describeTable({ family, name, comment, sets, chains }: Table, options: DescribeOptions): unknown {
	const isEmpty = <T>(parts: readonly T[]): boolean => options.isWanted !== undefined && parts.length === 0;
	const describedSets = sets.map((set) => describeSet(set, options));
	const describedChains = chains.map((chain) => describeChain(chain, options));
	return {
		family,
		name,
		comment,
		sets: describedSets.filter(({ elements }) => !isEmpty(elements)),
		chains: describedChains.filter(({ rules }) => !isEmpty(rules)),
	};
}

function describeSet({ elements, unknown, ...declaration }: NamedSet, options: DescribeOptions) {
	const shown = inListedOrder(elements).filter(({ origin }) => isShown(origin, options));
	return {
		...declaration,
		elements: shown.map((element) => ({
			text: elementText(element, "listing"),
			key: element.key,
			comment: element.comment,
			value: element.value,
			origin: element.origin && describeOrigin(element.origin, REASONS),
		})),
	};
}

function describeChain({ name, comment, hook, rules }: Chain, options: DescribeOptions) {
	const numbered = rules.map((rule, index) => ({ rule, number: index + 1 }));
	return {
		name,
		comment,
		hook,
		rules: numbered
			.filter(({ rule }) => isShown(rule.origin, options))
			.map(({ rule, number }) => ({
				number,
				text: ruleText(rule, "listing"),
				statements: rule.statements,
				comment: rule.comment,
				origin: rule.origin && describeOrigin(rule.origin, REASONS),
			})),
	};
}
