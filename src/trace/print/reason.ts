import { hostPort } from "../../net/ip.ts";
import { isTranslated, type Outcome } from "../outcome.ts";
import { becauseOf, isOfKubeProxy, subjectOf } from "./words.ts";

/** The service port whose rules decided; undefined when none did. */
export function servicePortOf({ steps }: Outcome): string | undefined {
	for (const step of steps) {
		const name = subjectOf(step);
		if (name !== undefined) return name;
	}
	return undefined;
}

/**
 * What becomes of the packet and why, in one sentence without a full stop.
 *
 * @param outcomes of one fate
 * @param known the service port, if somebody knows it who is not asked here
 */
export function reasonOf(outcomes: readonly [Outcome, ...Outcome[]], known?: string): string {
	const [first] = outcomes;
	const { verdict, doubt, reject } = first;
	const name = servicePortOf(first) ?? known;
	switch (verdict) {
		case "unknown":
			return `cannot tell: ${doubt ?? "the rules do not decide it"}`;
		case "dropped":
			return `dropped without an answer${decidedBy(first, name)}`;
		case "rejected":
			return `rejected with ${reject}${decidedBy(first, name)}`;
		default:
			return isTranslated(first) ? translatedReason(outcomes, name) : untouchedReason(first, name);
	}
}

function translatedReason(outcomes: readonly [Outcome, ...Outcome[]], name: string | undefined): string {
	const [first] = outcomes;
	const { verdict, destination, isMasqueraded, source } = first;
	const count = new Set(outcomes.map((one) => hostPort(one.destination.ip, one.destination.port))).size;
	const to = count === 1 ? hostPort(destination.ip, destination.port) : `one of ${count} endpoints`;
	const seen = isMasqueraded
		? `masqueraded: the endpoint sees ${source} as its client`
		: isSourceRewritten(first)
			? `its source is rewritten by a rule of somebody else: the endpoint sees ${source} as its client`
			: `the endpoint sees the client's own address, ${source}`;
	return `${verdict} to ${to}${name === undefined ? "" : ` of ${name}`}; ${seen}`;
}

/** Others than kube-proxy write addresses, in place of masquerading. */
function isSourceRewritten({ steps }: Outcome): boolean {
	return steps.some(({ act }) => act.kind === "snat");
}

function untouchedReason(outcome: Outcome, name: string | undefined): string {
	const { verdict, steps, isMasqueraded, source } = outcome;
	const how = isMasqueraded ? "passed on, masqueraded" : isSourceRewritten(outcome) ? "passed on" : undefined;
	const passed = how === undefined ? "passed on as it is" : `${how}: its source becomes ${source}`;
	const way = verdict === "delivered" ? "delivered to the node itself" : passed;
	const accepted = steps.findLast((step) => step.act.kind === "accept" && isOfKubeProxy(step));
	const reason = accepted === undefined ? "" : becauseOf(accepted);
	if (reason !== "") return `${way}${reason}`;
	return name === undefined ? `${way}: it is for no Service` : `${way}: no rule of ${name} translates it`;
}

/** What the rule that decided says of itself. */
function decidedBy({ steps }: Outcome, name: string | undefined): string {
	const last = steps.at(-1);
	if (last?.realServer !== undefined) return ": the kernel lets nothing out that comes from a loopback address";
	if (last?.virtualServer !== undefined)
		return `: the virtual server${name === undefined ? "" : ` of ${name}`} has no endpoint`;
	if (last === undefined || last.number === undefined)
		return ` by the policy of ${last?.chain ?? "the chain"} (table ${last?.table ?? "?"})`;
	const ledHere = steps.findLast(({ act }) => "chain" in act && act.chain === last.chain);
	const reason = becauseOf(last) || (ledHere === undefined ? "" : becauseOf(ledHere));
	if (reason !== "") return reason;
	if (!isOfKubeProxy(last)) return ` by a rule of somebody else in ${last.chain} (table ${last.table})`;
	return name === undefined ? ` in ${last.chain}` : ` by a rule of ${name} in ${last.chain}`;
}
