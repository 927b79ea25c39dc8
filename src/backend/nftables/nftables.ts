import type { Backend } from "../backend.ts";
import { buildNftables, type NftablesRules } from "./build.ts";
import { describeNftables } from "./describe.ts";
import { listingPart, transactionPart } from "./parts.ts";

const STATE_PROBLEM = "its rules can be printed (dump), but not yet compared, followed, explained or loaded";

/** The nftables mode. */
export const nftables: Backend<NftablesRules> = {
	mode: "nftables",
	build: buildNftables,
	parts: (rules) => [...rules.map(transactionPart), listingPart(rules)],
	requirementsReason: "",
	requirements: () => [],
	setup: () => [],
	sysctls: (rules) => rules.flatMap((one) => one.sysctls),
	stateProblem: STATE_PROBLEM,
	// A state without a place for these rules would look like a node on which nothing is programmed.
	state: () => {
		throw new Error(STATE_PROBLEM);
	},
	describe: describeNftables,
};
