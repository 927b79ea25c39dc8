import { newSet } from "../../src/lang/nft/parse-set.ts";
import type { SetDeclaration, TableName } from "../../src/lang/nft/table.ts";
import type { Command, Operation } from "../../src/lang/nft/transaction.ts";

/** Commands in a table of their own. */
export function inTable(table: TableName, commands: readonly Command[]): readonly Operation[] {
	return [{ kind: "add-table", comment: undefined } as const, ...commands].map((command) => ({ table, ...command }));
}

/** A set with nothing but the types of its keys. */
export function setOf(name: string, keyTypes: readonly string[]): SetDeclaration {
	return { ...newSet("set", name), keyTypes };
}

/** A set with elements. */
export function filled(
	name: string,
	keyTypes: readonly string[],
	keys: readonly (readonly string[])[],
): readonly Command[] {
	return [
		{ kind: "add-set", set: setOf(name, keyTypes) },
		...keys.map(
			(key): Command => ({
				kind: "add-element",
				set: name,
				element: { key, options: [], comment: undefined, value: undefined, origin: undefined },
			}),
		),
	];
}
