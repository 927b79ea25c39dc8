import type { Difference } from "../diff/diff.ts";
import { transaction } from "../diff/iptables/transaction.ts";
import { partsBesideNft } from "../diff/restore-parts.ts";
import type { Command } from "../lang/command.ts";
import type { NodeState } from "../lang/node-state.ts";
import { fullText } from "./full-text.ts";
import { programOf, type Variant } from "./variant.ts";

/** One command that `apply` runs. */
export interface PlannedCommand {
	readonly command: Command;
	/** What it is for, in a few words. */
	readonly purpose: string;
	/** Its failure leaves something undone that rules do not need: it is told, and the rest goes on. */
	readonly isOptional: boolean;
	/** Whether what it prints when it fails means that there was nothing to do. */
	readonly isFine?: (stderr: string) => boolean;
	/** Does the same without the program, and returns why that failed; undefined: it did not. */
	readonly inProcess?: () => string | undefined;
	/** It only looks whether something would go well. */
	readonly isCheck?: true;
	/** What is done about it when a later command fails; rules are put back without. */
	readonly undo?: PlannedCommand;
}

/** What a node has, and what it should have, in one family. */
export interface FamilyPlan {
	readonly live: NodeState;
	readonly wanted: NodeState;
	readonly difference: Difference;
}

/**
 * The commands that turn one state of a node into another, both as they were read, in tools other than nft.
 *
 * @param isFull whether all rules are written anew, whatever is there
 */
export function loadsBesideNft(
	{ live, wanted, difference }: FamilyPlan,
	variant: Variant | undefined,
	isFull = false,
): readonly PlannedCommand[] {
	const smallest = transaction(live, wanted, difference);
	const rules = isFull ? fullText(live, wanted, smallest) : smallest;
	return partsBesideNft(live, wanted, difference, rules).map(({ loader, text }) => {
		const [program = "", ...args] = loader.split(" ");
		return {
			command: { program: programOf(program, variant), args, stdin: text },
			purpose: `${wanted.family}: load what changes`,
			isOptional: false,
		};
	});
}
