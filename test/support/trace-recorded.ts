import { parseIptables } from "../../src/lang/iptables/parse.ts";
import { type Rule, rulesByChain } from "../../src/lang/iptables/ruleset.ts";
import type { NodeState } from "../../src/lang/node-state.ts";
import type { Recorded } from "./trace-compare.ts";
import type { LabResult, LabStep } from "./trace-lab.ts";

const BUILT_IN = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"];

/** What the kernel told of packets, in words. */
export type Reader = (result: LabResult) => Recorded;

/** Reads what the kernel told of packets that went through rules. The table raw is the recorder's own. */
export function recordReader({ iptables = [] }: NodeState): Reader {
	const chains = new Map(
		iptables.flatMap((table) => [...rulesByChain(table)].map(([chain, rules]) => [`${table.name} ${chain}`, rules])),
	);
	const policies = new Map(
		iptables.flatMap(({ name, chains }) => chains.map((chain) => [`${name} ${chain.name}`, chain.policy])),
	);
	const ruleOf = ([table, chain, kind, position]: LabStep): Rule | undefined =>
		kind === "rule" ? chains.get(`${table} ${chain}`)?.[position - 1] : undefined;
	// A built-in chain that has no rules and lets everything pass is no step.
	const isIdle = (chain: string): boolean => policies.get(chain) === "ACCEPT" && chains.get(chain)?.length === 0;
	return ({ steps, last, seen }) => {
		const own = steps.filter(([table]) => table !== "raw");
		const end = own.at(-1);
		const isDropped =
			end !== undefined &&
			(end[2] === "policy" ? policies.get(`${end[0]} ${end[1]}`) === "DROP" : ruleOf(end)?.target?.kind === "drop");
		const packet = seen === undefined || seen.kind === "rejected" ? last : seen;
		if (packet === undefined) throw new Error("the kernel told nothing of a packet");
		return {
			steps: stepTexts(own.filter(([table, chain]) => !isIdle(`${table} ${chain}`))),
			verdict: seen?.kind ?? (isDropped ? "dropped" : "nothing"),
			destination: { ip: packet.destination, port: packet.port },
			source: packet.source,
			masqueraded: own.some((step) => ruleOf(step)?.target?.kind === "masquerade"),
			reject: seen?.error,
		};
	};
}

/** In the words of a record: of the two ways in which the end of a built-in chain is told, the policy. */
function stepTexts(steps: readonly LabStep[]): readonly string[] {
	let hook = "";
	let kept: number | undefined;
	return steps.flatMap(([table, chain, kind, position, mark]) => {
		const isBuiltIn = BUILT_IN.includes(chain);
		if (isBuiltIn) hook = chain;
		// If it is the first step in the chain, its mark is that of the policy which follows.
		const shown = mark ?? kept ?? "-";
		kept = isBuiltIn && kind === "return" ? mark : undefined;
		if (isBuiltIn && kind === "return") return [];
		return [`${hook} ${table} ${chain} ${kind === "rule" ? position : kind} ${shown}`];
	});
}

/** What a node has according to what iptables-save prints: read as the tracer of dumps does. */
export function printedState({ state, rules }: { readonly state: NodeState; readonly rules: string }): NodeState {
	return { ...state, iptables: parseIptables(rules, "save").sections[0]?.tables, extent: "node" };
}
