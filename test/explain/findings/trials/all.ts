import type { Trial } from "../cluster.ts";
import { ADDRESSES_TRIALS } from "./addresses.ts";
import { ENDPOINTS_TRIALS } from "./endpoints.ts";
import { HEALTH_CHECKS_TRIALS } from "./health-checks.ts";
import { HINTS_TRIALS } from "./hints.ts";
import { NFTABLES_TRIALS } from "./nftables.ts";
import { NODE_TRIALS } from "./node.ts";
import { POLICIES_TRIALS } from "./policies.ts";
import { SLICES_TRIALS } from "./slices.ts";
import { SOURCE_RANGES_TRIALS } from "./source-ranges.ts";
import { WITHOUT_RULES_TRIALS } from "./without-rules.ts";

/** Every trial, by what it is about. */
export const TRIALS: Readonly<Record<string, readonly Trial[]>> = {
	addresses: ADDRESSES_TRIALS,
	endpoints: ENDPOINTS_TRIALS,
	"health checks": HEALTH_CHECKS_TRIALS,
	hints: HINTS_TRIALS,
	"the nftables mode": NFTABLES_TRIALS,
	node: NODE_TRIALS,
	policies: POLICIES_TRIALS,
	slices: SLICES_TRIALS,
	"source ranges": SOURCE_RANGES_TRIALS,
	"without rules": WITHOUT_RULES_TRIALS,
};
