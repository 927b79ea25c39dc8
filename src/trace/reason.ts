import { nameInComment } from "../kube/comment.ts";
import type { Outcome, Step } from "./outcome.ts";

/** The service port whose rules decided; undefined when none did. */
export function servicePortOf({ steps }: Outcome): string | undefined {
	for (const { rule } of steps) {
		const name = rule === undefined ? undefined : (rule.origin?.subject ?? nameInComment(rule));
		if (name !== undefined) return name;
	}
	return undefined;
}

/** What became of the packet and why, in one sentence without a full stop. */
export function reasonOf(outcome: Outcome): string {
	const { verdict, isMasqueraded, doubt, reject } = outcome;
	const name = servicePortOf(outcome);
	const last = outcome.steps.findLast(({ rule }) => rule !== undefined);
	switch (verdict) {
		case "unknown":
			return doubt ?? "cannot tell";
		case "dropped":
			return `dropped${because(last)}`;
		case "rejected":
			return `rejected with ${reject}${because(last)}`;
		default: {
			const isTranslated = outcome.steps.some(({ action }) => action.startsWith("dnat "));
			if (!isTranslated)
				return name === undefined ? "no rule of a Service is about it" : `no rule of ${name} translates it`;
			const seen = isMasqueraded ? "sees the node as the client" : "sees the client's own address";
			return `${name ?? "a Service"} sends it to this endpoint, which ${seen}`;
		}
	}
}

/** What the rule that decided says of itself. */
function because(step: Step | undefined): string {
	const comment = step?.rule?.matches.find(({ kind }) => kind === "comment");
	const text = comment?.kind === "comment" ? `: ${comment.text}` : "";
	return step === undefined ? ` by the policy` : ` in ${step.chain}${text}`;
}
