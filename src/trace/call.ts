import type { ChainOf, NumberedRule } from "./chain.ts";
import type { Flow, Journey } from "./flow.ts";

/** A chain that was called. */
export interface Call {
	readonly chain: string;
	readonly rules: readonly NumberedRule[];
	readonly policy: string | undefined;
	/** Who called it, by jump or goto. */
	readonly caller: Call | undefined;
	/** How many callers there are. */
	readonly depth: number;
	/** Where its end leads; undefined: out of the base chain, where the policy decides. */
	readonly back: Position | undefined;
}

/** The rule that is asked next. */
export interface Position {
	readonly call: Call;
	readonly index: number;
}

/** Whose chains are called, for whom. */
interface Called {
	readonly chainOf: ChainOf;
	readonly journey: Journey;
}

/** The kernel knows no such limit where rules were loaded by iptables-legacy, but each call costs a look at its callers. */
const DEEPEST = 5000;

/** The chain, ready to be passed; or why it cannot be. */
export function newCall(
	{ chainOf, journey }: Called,
	chain: string,
	{ to, port }: Flow,
	caller: Call | undefined,
	back: Position | undefined,
): Call | string {
	const indexed = chainOf(chain);
	if (indexed === undefined) return `the rules jump to chain ${chain}, which is not there`;
	for (let call = caller; call !== undefined; call = call.caller) {
		if (call.chain === chain) return `the rules jump to chain ${chain} again and again`;
	}
	const depth = caller === undefined ? 0 : caller.depth + 1;
	if (depth > DEEPEST) return `the rules jump from chain to chain more than ${DEEPEST} times`;
	const rules = indexed.candidates(to, journey.packet.protocol, port);
	return { chain, rules, policy: indexed.policy, caller, depth, back };
}

/** Where a packet is, and where it goes back to: chains with the rules that are asked next there. */
export function positionNames(position: Position): readonly string[] {
	const names: string[] = [];
	for (let at: Position | undefined = position; at !== undefined; at = at.call.back) {
		names.push(`${at.call.chain} ${at.index}`);
	}
	return names;
}
