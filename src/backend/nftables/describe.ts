import { applyTransaction } from "../../lang/nft/apply-transaction.ts";
import { inListedOrder } from "../../lang/nft/element-order.ts";
import { elementText } from "../../lang/nft/print-element.ts";
import { ruleText } from "../../lang/nft/print-rule.ts";
import type { Chain, NamedSet, Table } from "../../lang/nft/table.ts";
import type { Origin } from "../../lang/origin.ts";
import type { DescribeOptions } from "../backend.ts";
import { describeOrigin, namespaceOf } from "../origin.ts";
import type { NftablesRules } from "./build.ts";
import { REASONS } from "./reason.ts";

/** The rules as plain data: every set, chain and rule as nft lists them. Documented in docs/json.md. */
export function describeNftables({ family, transaction, sysctls }: NftablesRules, options: DescribeOptions): unknown {
	return {
		ipFamily: family,
		sysctls,
		tables: applyTransaction(transaction).map((table) => describeTable(table, options.namespace)),
	};
}

function describeTable({ family, name, comment, sets, chains }: Table, namespace: string | undefined): unknown {
	const isShown = (origin: Origin | undefined): boolean => namespace === undefined || namespaceOf(origin) === namespace;
	const isEmpty = <T>(parts: readonly T[]): boolean => namespace !== undefined && parts.length === 0;
	const describedSets = sets.map((set) => describeSet(set, isShown));
	const describedChains = chains.map((chain) => describeChain(chain, isShown));
	return {
		family,
		name,
		comment,
		sets: describedSets.filter(({ elements }) => !isEmpty(elements)),
		chains: describedChains.filter(({ rules }) => !isEmpty(rules)),
	};
}

function describeSet(
	{ elements, unknown, ...declaration }: NamedSet,
	isShown: (origin: Origin | undefined) => boolean,
) {
	const shown = inListedOrder(elements).filter(({ origin }) => isShown(origin));
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

function describeChain({ name, comment, hook, rules }: Chain, isShown: (origin: Origin | undefined) => boolean) {
	const numbered = rules.map((rule, index) => ({ rule, number: index + 1 }));
	return {
		name,
		comment,
		hook,
		rules: numbered
			.filter(({ rule }) => isShown(rule.origin))
			.map(({ rule, number }) => ({
				number,
				text: ruleText(rule, "listing"),
				statements: rule.statements,
				comment: rule.comment,
				origin: rule.origin && describeOrigin(rule.origin, REASONS),
			})),
	};
}
