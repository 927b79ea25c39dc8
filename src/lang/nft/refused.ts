import { unreachable } from "../../unreachable.ts";
import { elementKey, elementPlace } from "./canonical.ts";
import { calledByElement, calledByRule, setsOfRule } from "./references.ts";
import type { TableDraft } from "./table-draft.ts";
import type { Operation } from "./transaction.ts";

/**
 * Whether the kernel would refuse a command: it names what is not there, deletes what something still refers to, or gives an element
 * another value.
 *
 * @param draft the table so far; undefined: there is none
 */
export function isRefused(operation: Operation, draft: TableDraft | undefined): boolean {
	if (operation.kind === "add-table") return false;
	if (draft === undefined) return true;
	const { chains, sets } = draft;
	switch (operation.kind) {
		case "delete-table":
		case "add-chain":
		case "add-set":
			return false;
		case "add-rule":
			return (
				!chains.has(operation.chain) ||
				calledByRule(operation.rule).some((chain) => !chains.has(chain)) ||
				setsOfRule(operation.rule).some((set) => !sets.has(set))
			);
		case "flush-chain":
			return !chains.has(operation.name);
		case "delete-chain":
			return !chains.has(operation.name) || isCalled(operation.name, draft);
		case "flush-set":
			return !sets.has(operation.name);
		case "delete-set":
			return !sets.has(operation.name) || isAsked(operation.name, draft);
		case "add-element": {
			const { element, set } = operation;
			const there = sets.get(set)?.elements.get(elementPlace(element.key));
			const called = calledByElement(element);
			const isOther = there !== undefined && elementKey(there) !== elementKey(element);
			return !sets.has(set) || isOther || (called !== undefined && !chains.has(called));
		}
		case "delete-element":
			return sets.get(operation.set)?.elements.has(elementPlace(operation.element.key)) !== true;
		default:
			return unreachable(operation);
	}
}

function isCalled(chain: string, { chains, sets }: TableDraft): boolean {
	const byRule = [...chains.values()].some(
		({ chain: { name }, rules }) => name !== chain && rules.some((rule) => calledByRule(rule).includes(chain)),
	);
	return (
		byRule ||
		[...sets.values()].some(({ elements }) => [...elements.values()].some((one) => calledByElement(one) === chain))
	);
}

function isAsked(set: string, { chains }: TableDraft): boolean {
	return [...chains.values()].some(({ rules }) => rules.some((rule) => setsOfRule(rule).includes(set)));
}
