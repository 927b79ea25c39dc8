import type { Statement, Verdict } from "../../lang/nft/statement.ts";
import type { ChainHook } from "../../lang/nft/table.ts";
import type { Command } from "../../lang/nft/transaction.ts";
import type { Origin } from "../../lang/origin.ts";
import { type ContainerName, declarationOf } from "./containers.ts";
import type { Words } from "./words.ts";

/** Makes sure that a chain is there and empty. */
export function emptyChain(
	name: string,
	more: { readonly comment?: string; readonly hook?: ChainHook } = {},
): readonly Command[] {
	return [
		{ kind: "add-chain", chain: { name, comment: more.comment, hook: more.hook } },
		{ kind: "flush-chain", name },
	];
}

/** A rule at the end of a chain. */
export function addRule(chain: string, statements: readonly Statement[], origin: Origin, comment?: string): Command {
	return { kind: "add-rule", chain, rule: { statements, comment, origin } };
}

/** Makes sure that one of the shared sets or maps is there. */
export function addContainer(name: ContainerName, words: Words): Command {
	return { kind: "add-set", set: declarationOf(name, words) };
}

/** A member of a set. */
export function addMember(set: ContainerName, key: readonly string[], origin: Origin): Command {
	return { kind: "add-element", set, element: { key, options: [], comment: undefined, value: undefined, origin } };
}

/** An entry of a map. */
export function addEntry(
	map: ContainerName,
	key: readonly string[],
	value: Verdict,
	origin: Origin,
	comment?: string,
): Command {
	return { kind: "add-element", set: map, element: { key, options: [], comment, value, origin } };
}
