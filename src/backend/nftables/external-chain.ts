import { goto, type Statement, verdict } from "../../lang/nft/statement.ts";
import type { Command } from "../../lang/nft/transaction.ts";
import { hasExternalChain } from "../../model/service-port.ts";
import { addRule } from "./commands.ts";
import type { Draft } from "./draft.ts";
import { because, type Reason } from "./reason.ts";
import { FROM_THIS_NODE, isLocalTraffic } from "./words.ts";

/**
 * The external chain: what becomes of traffic to external IPs, load-balancer IPs and the node port.
 *
 * With policy Cluster all of it is masqueraded. With policy Local the source stays, and pods and the node itself are
 * short-circuited to all endpoints.
 *
 * Source: spec sections 7.2 and 13.4; cases 29 to 36.
 */
export function externalChainRules(draft: Draft): readonly Command[] {
	const { port, chains } = draft;
	if (!hasExternalChain(port)) return [];
	const isLocal = port.external.policy === "Local";
	const rules = isLocal ? shortCircuitRules(draft) : [masqueradeRule(draft)];
	if (port.external.endpoints.length === 0) return rules;
	const chain = isLocal ? chains.local : chains.cluster;
	return [...rules, externalRule(draft, [verdict(goto(chain))], "external-policy")];
}

function masqueradeRule(draft: Draft): Command {
	const comment = draft.behaviour.endpoints === "maps" ? "masquerade" : undefined;
	return externalRule(draft, [draft.words.mark], "masquerade-external", comment);
}

function shortCircuitRules(draft: Draft): readonly Command[] {
	const { model, chains, words, behaviour } = draft;
	const toAll = verdict(goto(chains.cluster));
	const ofNode = [
		externalRule(draft, [FROM_THIS_NODE, words.mark], "masquerade-local", "masquerade local traffic"),
		externalRule(draft, [FROM_THIS_NODE, toAll], "short-circuit", "short-circuit local traffic"),
	];
	if (model.localTraffic === undefined) return ofNode;
	const fromPods = isLocalTraffic(model.localTraffic, words, behaviour, false);
	return [externalRule(draft, [fromPods, toAll], "short-circuit", "short-circuit pod traffic"), ...ofNode];
}

function externalRule(
	{ port, chains }: Draft,
	statements: readonly Statement[],
	reason: Reason,
	comment?: string,
): Command {
	return addRule(chains.external, statements, because(port, reason), comment);
}
