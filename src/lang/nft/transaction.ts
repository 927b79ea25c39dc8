import type { ChainDeclaration, Element, Rule, SetDeclaration, TableName } from "./table.ts";

/** Commands that the kernel carries out all together or not at all, in order. */
export type Transaction = readonly Operation[];

/** One command of `nft -f`. */
export type Operation = { readonly table: TableName } & Command;

/** What is done to a table. */
export type Command =
	| { readonly kind: "add-table"; readonly comment: string | undefined }
	| { readonly kind: "delete-table" }
	| { readonly kind: "add-chain"; readonly chain: ChainDeclaration }
	| { readonly kind: "flush-chain" | "delete-chain"; readonly name: string }
	| { readonly kind: "add-rule"; readonly chain: string; readonly rule: Rule }
	| { readonly kind: "add-set"; readonly set: SetDeclaration }
	| { readonly kind: "flush-set" | "delete-set"; readonly of: "set" | "map"; readonly name: string }
	| { readonly kind: "add-element"; readonly set: string; readonly element: Element }
	/** Only the key of the element counts. */
	| { readonly kind: "delete-element"; readonly set: string; readonly element: Element };
