import type { ExplainOptions } from "../../src/explain/explain.ts";
import { explain } from "../../src/explain/explain.ts";
import type { Explanation, ServiceExplanation } from "../../src/explain/explanation.ts";
import type { AddressExplanation, ChainExplanation, SetExplanation } from "../../src/explain/lookup-explanation.ts";
import type { NodeExplanation } from "../../src/explain/node-explanation.ts";
import { readTarget } from "../../src/explain/target.ts";
import type { Cluster } from "./findings/cluster.ts";
import { clusterContext } from "./findings/context.ts";

interface Kinds {
	readonly service: ServiceExplanation;
	readonly address: AddressExplanation;
	readonly chain: ChainExplanation;
	readonly set: SetExplanation;
	readonly node: NodeExplanation;
}

/** What node n1 of a cluster says to a question, which has to have an answer of this kind. */
export function explained<Kind extends Explanation["kind"]>(
	kind: Kind,
	cluster: Cluster,
	question: string,
	options: ExplainOptions = {},
): Kinds[Kind] {
	const target = readTarget(question, options.namespace);
	if (target === undefined) throw new Error(`not understood: ${question}`);
	const explanation = explain(clusterContext(cluster), target, options);
	if (explanation.kind !== kind) throw new Error(`${explanation.kind}: ${JSON.stringify(explanation)}`);
	return explanation as Kinds[Kind];
}

/** Why a question has no answer; undefined: it has one. */
export function refusal(cluster: Cluster, question: string): string | undefined {
	const target = readTarget(question, undefined);
	if (target === undefined) return "not understood";
	const explanation = explain(clusterContext(cluster), target);
	return explanation.kind === "not-found" ? explanation.message : undefined;
}
