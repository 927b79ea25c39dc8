import { applyTransaction } from "../../lang/nft/apply-transaction.ts";
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
	state: ({ family, transaction }) => ({
		family,
		iptables: undefined,
		virtualServers: undefined,
		sets: undefined,
		dummyIPs: undefined,
		nft: applyTransaction(transaction),
		extent: "kube-proxy",
	}),
	describe: describeNftables,
};
