import { unreachable } from "../../unreachable.ts";
import { elementText, keyText } from "./print-element.ts";
import { ruleText } from "./print-rule.ts";
import { quote } from "./quote.ts";
import type { ChainHook, SetDeclaration } from "./table.ts";
import type { Operation, Transaction } from "./transaction.ts";

/**
 * What `nft -f -` reads: one command a line, as kube-proxy writes them.
 *
 *     add table ip kube-proxy { comment "rules for kube-proxy" ; }
 *
 * Source: spec section 8.
 */
export function printTransaction(transaction: Transaction): string {
	return transaction.map((operation) => `${printOperation(operation)}\n`).join("");
}

/** One command, without its newline. */
export function printOperation(operation: Operation): string {
	const table = `${operation.table.family} ${operation.table.name}`;
	switch (operation.kind) {
		case "add-table":
			return `add table ${table}${bodyText(commentParts(operation.comment))}`;
		case "delete-table":
			return `delete table ${table}`;
		case "add-chain": {
			const { name, comment, hook } = operation.chain;
			return `add chain ${table} ${name}${bodyText([...hookParts(hook), ...commentParts(comment)])}`;
		}
		case "flush-chain":
			return `flush chain ${table} ${operation.name}`;
		case "delete-chain":
			return `delete chain ${table} ${operation.name}`;
		case "add-rule":
			return `add rule ${table} ${operation.chain} ${ruleText(operation.rule, "transaction")}`;
		case "add-set":
			return `add ${operation.set.kind} ${table} ${operation.set.name}${bodyText(setParts(operation.set))}`;
		case "flush-set":
			return `flush ${operation.of} ${table} ${operation.name}`;
		case "delete-set":
			return `delete ${operation.of} ${table} ${operation.name}`;
		case "add-element":
			return `add element ${table} ${operation.set} { ${elementText(operation.element, "transaction")} }`;
		case "delete-element":
			return `delete element ${table} ${operation.set} { ${keyText(operation.element.key)} }`;
		default:
			return unreachable(operation);
	}
}

function bodyText(parts: readonly string[]): string {
	return parts.length === 0 ? "" : ` { ${parts.map((part) => `${part} ; `).join("")}}`;
}

function hookParts(given: ChainHook | undefined): readonly string[] {
	if (given === undefined) return [];
	const { type, hook, device, priority, policy } = given;
	const where = device === undefined ? hook : `${hook} ${device}`;
	return [`type ${type} hook ${where} priority ${priority}`, ...(policy === undefined ? [] : [`policy ${policy}`])];
}

function setParts(set: SetDeclaration): readonly string[] {
	const { keyTypes, valueType, flags, timeoutSeconds, size } = set;
	const type = `type ${keyTypes.join(" . ")}${valueType === undefined ? "" : ` : ${valueType}`}`;
	return [
		...(keyTypes.length === 0 ? [] : [type]),
		...(size === undefined ? [] : [`size ${size}`]),
		...(flags.length === 0 ? [] : [`flags ${flags.join(",")}`]),
		...(timeoutSeconds === undefined ? [] : [`timeout ${timeoutSeconds}s`]),
		...set.unknown,
		...commentParts(set.comment),
	];
}

function commentParts(comment: string | undefined): readonly string[] {
	return comment === undefined ? [] : [`comment ${quote(comment)}`];
}
