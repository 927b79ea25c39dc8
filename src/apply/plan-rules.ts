import { nftLoads } from "./nft-loads.ts";
import { type FamilyPlan, loadsBesideNft, type PlannedCommand } from "./plan.ts";
import type { Variant } from "./variant.ts";

/**
 * The commands that make a node's rules what they should be, in the order of running: first what rules refer to, then the
 * rules, then what conntrack has to forget. None when nothing differs.
 *
 * @param isFull whether all rules are written anew, whatever is there
 */
export function planRules(
	plans: readonly FamilyPlan[],
	variant: Variant | undefined,
	isFull = false,
): readonly PlannedCommand[] {
	return [...loads(plans, variant, isFull), ...plans.flatMap(forgets)];
}

/** Those that turn one state of a node into another: one transaction a family, or with nft one for both. */
export function loads(
	plans: readonly FamilyPlan[],
	variant: Variant | undefined,
	isFull = false,
): readonly PlannedCommand[] {
	return [...plans.flatMap((plan) => loadsBesideNft(plan, variant, isFull)), ...nftLoads(plans, isFull)];
}

function forgets({ difference }: FamilyPlan): readonly PlannedCommand[] {
	return difference.conntrack.map(({ command, servicePort }) => ({
		command,
		purpose: `forget UDP connections of ${servicePort} that lead nowhere`,
		isOptional: true,
		// conntrack fails when it finds nothing to delete.
		isFine: (stderr) => stderr.includes("0 flow entries have been deleted"),
	}));
}
