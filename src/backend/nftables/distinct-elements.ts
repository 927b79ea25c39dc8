import { keyText } from "../../lang/nft/print-element.ts";
import { verdictText } from "../../lang/nft/print-rule.ts";
import type { Element } from "../../lang/nft/table.ts";
import type { Command } from "../../lang/nft/transaction.ts";

/**
 * Elements that are there already are not added again, and those with another value are deleted first: of two Services that claim
 * one address and port the later gets it.
 *
 * Source: spec section 10.1; case 87.
 */
export function withDistinctElements(commands: readonly Command[]): readonly Command[] {
	const known = new Map<string, string>();
	return commands.flatMap((command): readonly Command[] => {
		if (command.kind !== "add-element") return [command];
		const place = `${command.set} ${keyText(command.element.key)}`;
		const before = known.get(place);
		const value = valueText(command.element);
		known.set(place, value);
		if (before === undefined) return [command];
		return before === value ? [] : [{ ...command, kind: "delete-element" }, command];
	});
}

function valueText({ value }: Element): string {
	return value === undefined || value.kind === "data" ? "" : verdictText(value);
}
