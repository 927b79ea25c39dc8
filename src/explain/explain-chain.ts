import type { Rule, Table } from "../lang/iptables/ruleset.ts";
import type { Service } from "../snapshot/snapshot.ts";
import { purposeOf } from "./chain-purpose.ts";
import type { ExplainContext, NodeInFamily } from "./context.ts";
import { explainNftChain } from "./explain-nft-name.ts";
import { findingsOf } from "./findings/findings.ts";
import type { ChainExplanation, ChainPlace } from "./lookup-explanation.ts";
import { numberedRules } from "./numbered.ts";
import { type RuleText, ruleTexts } from "./rule-text.ts";

/** Explains a chain; undefined: the node has none of this name. */
export function explainChain(
	context: ExplainContext,
	services: readonly Service[],
	name: string,
): ChainExplanation | undefined {
	const found = context.nodes.flatMap((node) =>
		(node.state.iptables ?? []).flatMap((table) => {
			const isThere = table.chains.some((chain) => chain.name === name);
			return isThere ? [{ node, table }] : [];
		}),
	);
	if (found.length === 0) return explainNftChain(context, services, name);
	const origins = found.flatMap(({ table }) => ownOrigins(table, name));
	const [origin] = origins;
	const isOne = origins.every(({ subject }) => subject === origin?.subject);
	const servicePort = isOne ? origin?.subject : undefined;
	const endpoint = name.startsWith("KUBE-SEP-") ? origin?.detail : undefined;
	const owner = servicePort?.split(":")[0];
	const concerned = services.filter((service) => `${service.namespace}/${service.name}` === owner);
	return {
		kind: "chain",
		name,
		node: context.nodes[0]?.model.node.name ?? "",
		servicePort,
		endpoint,
		purpose: purposeOf(name),
		places: found.map(({ node, table }) => placeOf(node, table, name)),
		findings: findingsOf(context, concerned),
	};
}

function ownOrigins(table: Table, name: string) {
	return table.rules.filter(({ chain }) => chain === name).flatMap(({ origin }) => origin ?? []);
}

function placeOf(node: NodeInFamily, table: Table, name: string): ChainPlace {
	const show = ruleTexts(node);
	const found = numberedRules(table, (rule) => rule.chain === name || callee(rule) === name);
	const texts = (isShown: (rule: Rule) => boolean): readonly RuleText[] =>
		found.filter(({ rule }) => isShown(rule)).map(({ rule, number }) => show(rule, number));
	return {
		family: node.state.family,
		table: table.name,
		rules: texts(({ chain }) => chain === name),
		callers: texts((rule) => callee(rule) === name),
		entries: undefined,
	};
}

function callee({ target }: Rule): string | undefined {
	return target?.kind === "jump" || target?.kind === "goto" ? target.chain : undefined;
}
