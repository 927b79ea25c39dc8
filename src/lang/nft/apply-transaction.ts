import { unreachable } from "../../unreachable.ts";
import { keyText } from "./print-element.ts";
import type { Element, NamedSet, Rule, Table } from "./table.ts";
import type { Operation, Transaction } from "./transaction.ts";

/** Room that the kernel gives a set which rules fill, when nobody said how much. */
const DYNAMIC_SIZE = 65535;

interface SetDraft {
	set: Omit<NamedSet, "elements">;
	readonly elements: Map<string, Element>;
}

interface TableDraft {
	readonly table: Table;
	readonly sets: Map<string, SetDraft>;
	readonly chains: Map<string, { readonly chain: Table["chains"][number]; rules: Rule[] }>;
}

/**
 * What the kernel has after a transaction, if it had nothing before. Commands about what is not there have no effect here; the
 * kernel would refuse all of them.
 */
export function applyTransaction(transaction: Transaction): readonly Table[] {
	const drafts = new Map<string, TableDraft>();
	for (const operation of transaction) {
		const { family, name } = operation.table;
		const key = `${family} ${name}`;
		if (operation.kind === "delete-table") drafts.delete(key);
		else if (operation.kind !== "add-table") applyTo(drafts.get(key), operation);
		else if (!drafts.has(key)) {
			const table: Table = { family, name, comment: operation.comment, sets: [], chains: [], unknown: [] };
			drafts.set(key, { table, sets: new Map(), chains: new Map() });
		}
	}
	return [...drafts.values()].map(finished);
}

function finished({ table, sets, chains }: TableDraft): Table {
	return {
		...table,
		sets: [...sets.values()].map(({ set, elements }) => ({ ...set, elements: [...elements.values()] })),
		chains: [...chains.values()].map(({ chain, rules }) => ({ ...chain, rules })),
	};
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
			sets.get(operation.set)?.elements.set(keyText(operation.element.key), operation.element);
			break;
		case "delete-element":
			sets.get(operation.set)?.elements.delete(keyText(operation.element.key));
			break;
		default:
			unreachable(operation);
	}
}

function setSize(draft: SetDraft | undefined): void {
	if (draft !== undefined) draft.set = { ...draft.set, size: draft.set.size ?? DYNAMIC_SIZE };
}
