import { indexNft } from "../diff/nft/index.ts";
import { inListedOrder } from "../lang/nft/element-order.ts";
import { calledByElement, calledByRule, setsOfRule } from "../lang/nft/references.ts";
import type { Rule, Table } from "../lang/nft/table.ts";
import type { Origin } from "../lang/origin.ts";
import type { Service } from "../snapshot/snapshot.ts";
import type { ExplainContext, NodeInFamily } from "./context.ts";
import type { Finding } from "./finding.ts";
import { findingsOf } from "./findings/findings.ts";
import type { ChainExplanation, SetExplanation } from "./lookup-explanation.ts";
import { originOf, setOwners } from "./nft-owned.ts";
import { nftPurposeOf } from "./nft-purpose.ts";
import { nftElementText, nftRuleText, type RuleText } from "./rule-text.ts";

/** Explains a chain of kube-proxy's table of nftables; undefined: the node has none of this name. */
export function explainNftChain(
	context: ExplainContext,
	services: readonly Service[],
	name: string,
): ChainExplanation | undefined {
	const found = tablesOf(context).flatMap(({ node, table }) => {
		const chain = table.chains.find((one) => one.name === name);
		return chain === undefined ? [] : [{ node, table, chain }];
	});
	if (found.length === 0) return undefined;
	const origin = found.map(({ chain }) => originOf(chain)).find((one) => one !== undefined);
	return {
		kind: "chain",
		...about(context, services, name, origin),
		endpoint: name.startsWith("endpoint-") ? origin?.detail : undefined,
		places: found.map(({ node, table, chain }) => ({
			...placeOf(node, table),
			rules: chain.rules.map((rule, index) => nftRuleText(name, rule, index + 1)),
			callers: rulesWith(table, (rule) => calledByRule(rule).includes(name)),
			entries: table.sets.flatMap((set) => {
				const own = set.elements.filter((element) => calledByElement(element) === name);
				return inListedOrder(own).map((element) => nftElementText(set.name, element));
			}),
		})),
	};
}

/** Explains a set or a map of kube-proxy's table of nftables; undefined: the node has none of this name. */
export function explainSet(
	context: ExplainContext,
	services: readonly Service[],
	name: string,
): SetExplanation | undefined {
	const found = tablesOf(context).flatMap(({ node, table }) => {
		const set = table.sets.find((one) => one.name === name);
		return set === undefined ? [] : [{ node, table, set }];
	});
	if (found.length === 0) return undefined;
	const origin = found.map(({ node }) => setOwners(indexNft(node.state)).get(name)).find((one) => one !== undefined);
	return {
		kind: "set",
		...about(context, services, name, origin),
		endpoint: origin?.detail,
		places: found.map(({ node, table, set }) => ({
			...placeOf(node, table),
			elements: inListedOrder(set.elements).map((element) => nftElementText(name, element)),
			users: rulesWith(table, (rule) => setsOfRule(rule).includes(name)),
		})),
	};
}

function tablesOf({ nodes }: ExplainContext): readonly { readonly node: NodeInFamily; readonly table: Table }[] {
	return nodes.flatMap((node) => {
		const { table } = indexNft(node.state);
		return table === undefined ? [] : [{ node, table }];
	});
}

interface About {
	readonly name: string;
	readonly node: string;
	readonly servicePort: string | undefined;
	readonly purpose: string;
	readonly findings: readonly Finding[];
}

function about(context: ExplainContext, services: readonly Service[], name: string, origin: Origin | undefined): About {
	const owner = origin?.subject?.split(":")[0];
	const concerned = services.filter((service) => `${service.namespace}/${service.name}` === owner);
	return {
		name,
		node: context.nodes[0]?.model.node.name ?? "",
		servicePort: origin?.subject,
		purpose: nftPurposeOf(name),
		findings: findingsOf(context, concerned),
	};
}

function placeOf({ state }: NodeInFamily, table: Table) {
	return { family: state.family, table: `${table.family} ${table.name}` };
}

function rulesWith({ chains }: Table, isShown: (rule: Rule) => boolean): readonly RuleText[] {
	return chains.flatMap((chain) =>
		chain.rules.flatMap((rule, index) => (isShown(rule) ? [nftRuleText(chain.name, rule, index + 1)] : [])),
	);
}
