import { release } from "node:os";
import { nftSteps } from "../diff/nft/transaction.ts";
import { printTransaction } from "../lang/nft/print-transaction.ts";
import type { Transaction } from "../lang/nft/transaction.ts";
import { isOlder } from "./nft-support.ts";
import type { FamilyPlan, PlannedCommand } from "./plan.ts";

/**
 * The commands that make kube-proxy's tables of nftables what they should be: one transaction for both families, then one that
 * deletes chains which the first left empty. That one may fail: no packet gets there, and the next run tries again.
 *
 * @param isFull whether all chains and sets are filled anew
 */
export function nftLoads(plans: readonly FamilyPlan[], isFull = false): readonly PlannedCommand[] {
	const steps = plans.map(({ live, wanted, difference }) =>
		nftSteps(live, wanted, { difference: difference.nft, isFull }),
	);
	const [change, deletions] = [steps.flatMap((one) => one.change), steps.flatMap((one) => one.deletions)];
	return [
		...(change.length === 0 ? [] : [load(change, "load what changes")]),
		...(deletions.length > 0 && change.length > 0 && isOlder(release(), PROMPT_KERNEL) ? [PAUSE] : []),
		...(deletions.length === 0 ? [] : [{ ...load(deletions, "delete chains that are empty now"), isOptional: true }]),
	];
}

function load(transaction: Transaction, purpose: string): PlannedCommand {
	const command = { program: "nft", args: ["-f", "-"], stdin: printTransaction(transaction) };
	return { command, purpose, isOptional: false };
}

/** Source: spec section 11. */
const PROMPT_KERNEL = "6.2";

const PAUSE: PlannedCommand = {
	command: { program: "sleep", args: ["1"] },
	purpose: `kernels before ${PROMPT_KERNEL} let go of chains a moment later`,
	isOptional: true,
};

/** Asks nft and the kernel whether they would take what some commands load, before anything is changed. */
export function nftChecks(commands: readonly PlannedCommand[]): readonly PlannedCommand[] {
	return commands
		.filter(({ command, isOptional }) => command.program === "nft" && !isOptional)
		.map(({ command, purpose }) => ({
			command: { ...command, args: ["--check", ...command.args] },
			purpose: `see whether nft would ${purpose}`,
			isOptional: false,
			isCheck: true,
		}));
}
