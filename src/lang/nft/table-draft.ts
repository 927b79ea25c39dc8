import { elementPlace } from "./canonical.ts";
import type { Element, NamedSet, Rule, Table } from "./table.ts";

/** A set that is being changed. */
export interface SetDraft {
	set: Omit<NamedSet, "elements">;
	readonly elements: Map<string, Element>;
}

/** A table that is being changed; parts by name, elements by `elementPlace`. */
export interface TableDraft {
	readonly table: Table;
	readonly sets: Map<string, SetDraft>;
	readonly chains: Map<string, { readonly chain: Table["chains"][number]; rules: Rule[] }>;
}

/** Begins to change a table. */
export function draftOf(table: Table): TableDraft {
	const setDraft = ({ elements, ...set }: NamedSet): SetDraft => ({
		set,
		elements: new Map(elements.map((element) => [elementPlace(element.key), element])),
	});
	return {
		table,
		sets: new Map(table.sets.map((set) => [set.name, setDraft(set)])),
		chains: new Map(table.chains.map((chain) => [chain.name, { chain, rules: [...chain.rules] }])),
	};
}

/** The table that a draft has become. */
export function finished({ table, sets, chains }: TableDraft): Table {
	return {
		...table,
		sets: [...sets.values()].map(({ set, elements }) => ({ ...set, elements: [...elements.values()] })),
		chains: [...chains.values()].map(({ chain, rules }) => ({ ...chain, rules })),
	};
}
