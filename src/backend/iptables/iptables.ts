import type { Backend } from "../backend.ts";
import { setupCommands } from "../netfilter/commands.ts";
import { describeTables } from "../netfilter/describe.ts";
import { installedTables } from "../netfilter/installed.ts";
import { restorePart, savePart } from "../netfilter/parts.ts";
import { buildIptables } from "./build.ts";
import { nfacctCommands } from "./counters.ts";
import { REASONS } from "./reason.ts";
import type { IptablesRules } from "./rules.ts";

/** The iptables mode. */
export const iptables: Backend<IptablesRules> = {
	mode: "iptables",
	build: buildIptables,
	parts: (rules) => [...rules.map(restorePart), ...rules.map(savePart)],
	requirementsReason: "the rules refer to nfacct objects; before loading run (or use --nfacct false):",
	requirements: nfacctCommands,
	setup: (rules) => rules.flatMap(setupCommands),
	sysctls: (rules) => rules.flatMap((one) => one.sysctls),
	state: (rules) => ({
		family: rules.family,
		iptables: installedTables(rules, rules.kept().tables),
		virtualServers: undefined,
		sets: undefined,
		dummyIPs: undefined,
		extent: "kube-proxy",
	}),
	describe: (rules, options) => ({
		ipFamily: rules.family,
		nfacctCounters: rules.nfacctCounters,
		tables: describeTables(rules, REASONS, options),
	}),
};
