import type { Backend } from "../backend.ts";
import { buildNftables, type NftablesRules } from "./build.ts";
import { describeNftables } from "./describe.ts";
import { listingPart, transactionPart } from "./parts.ts";

/** The nftables mode. */
export const nftables: Backend<NftablesRules> = {
	mode: "nftables",
	build: buildNftables,
	parts: (rules) => [...rules.map(transactionPart), listingPart(rules)],
	requirementsReason: "",
	requirements: () => [],
	setup: () => [],
	sysctls: (rules) => rules.flatMap((one) => one.sysctls),
	// A state has no place for these rules yet, so that it says of nothing that it is known.
	state: ({ family }) => ({
		family,
		iptables: undefined,
		virtualServers: undefined,
		sets: undefined,
		dummyIPs: undefined,
		extent: "kube-proxy",
	}),
	describe: describeNftables,
};
