import { unreachable } from "../../unreachable.ts";
import { elementPlace } from "./canonical.ts";
import { isRefused } from "./refused.ts";
import type { Table } from "./table.ts";
import { draftOf, finished, type SetDraft, type TableDraft } from "./table-draft.ts";
import type { Operation, Transaction } from "./transaction.ts";

/** Room that the kernel gives a set which rules fill, when nobody said how much. */
const DYNAMIC_SIZE = 65535;

/** What came of a transaction. */
export interface Applied {
	readonly tables: readonly Table[];
	/** The first command that the kernel would refuse, and with it all of them; undefined: none. */
	readonly refused: Operation | undefined;
}

/**
 * What the kernel has after a transaction that it takes. Commands about what is not there have no effect here.
 *
 * @param before what it had before
 */
export function applyTransaction(transaction: Transaction, before: readonly Table[] = []): readonly Table[] {
	return tryTransaction(transaction, before).tables;
}

/** The same, and whether the kernel would take it. */
export function tryTransaction(transaction: Transaction, before: readonly Table[] = []): Applied {
	const drafts = new Map(before.map((table) => [`${table.family} ${table.name}`, draftOf(table)]));
	let refused: Operation | undefined;
	for (const operation of transaction) {
		const { family, name } = operation.table;
		const key = `${family} ${name}`;
		const draft = drafts.get(key);
		if (refused === undefined && isRefused(operation, draft)) refused = operation;
		if (operation.kind === "delete-table") drafts.delete(key);
		else if (operation.kind !== "add-table") applyTo(draft, operation);
		else if (draft === undefined) {
			drafts.set(key, draftOf({ family, name, comment: operation.comment, sets: [], chains: [], unknown: [] }));
		}
	}
	return { tables: [...drafts.values()].map(finished), refused };
}

type TableOperation = Exclude<Operation, { readonly kind: "add-table" | "delete-table" }>;

function applyTo(draft: TableDraft | undefined, operation: TableOperation): void {
	if (draft === undefined) return;
	const { sets, chains } = draft;
	switch (operation.kind) {
		case "add-chain":
			if (!chains.has(operation.chain.name)) {
				chains.set(operation.chain.name, { chain: { ...operation.chain, rules: [] }, rules: [] });
			}
			break;
		case "flush-chain":
			chains.get(operation.name)?.rules.splice(0);
			break;
		case "delete-chain":
			chains.delete(operation.name);
			break;
		case "add-rule":
			chains.get(operation.chain)?.rules.push(operation.rule);
			for (const statement of operation.rule.statements) {
				if (statement.kind === "update") setSize(sets.get(statement.set));
			}
			break;
		case "add-set":
			if (!sets.has(operation.set.name)) sets.set(operation.set.name, { set: operation.set, elements: new Map() });
			break;
		case "flush-set":
			sets.get(operation.name)?.elements.clear();
			break;
		case "delete-set":
			sets.delete(operation.name);
			break;
		case "add-element":
			sets.get(operation.set)?.elements.set(elementPlace(operation.element.key), operation.element);
			break;
		case "delete-element":
			sets.get(operation.set)?.elements.delete(elementPlace(operation.element.key));
			break;
		default:
			unreachable(operation);
	}
}

function setSize(draft: SetDraft | undefined): void {
	if (draft !== undefined) draft.set = { ...draft.set, size: draft.set.size ?? DYNAMIC_SIZE };
}
