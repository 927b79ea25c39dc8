import { printRuleset } from "../../lang/iptables/print.ts";
import type { Backend, Part } from "../backend.ts";
import { buildIptables } from "./build.ts";
import { nfacctCommands, restoreCommand, setupCommands, tool } from "./commands.ts";
import { describeIptables } from "./describe.ts";
import { installedRuleset } from "./installed.ts";
import type { IptablesRules } from "./rules.ts";

/** The iptables mode. */
export const iptables: Backend<IptablesRules> = {
	mode: "iptables",
	build: buildIptables,
	parts: (rules) => [...rules.map(restorePart), ...rules.map(savePart)],
	requirements: nfacctCommands,
	setup: (rules) => rules.flatMap(setupCommands),
	describe: describeIptables,
};

function restorePart({ family, restore }: IptablesRules): Part {
	const { program, args } = restoreCommand(family, "");
	return {
		name: `restore.${suffix(family)}.txt`,
		form: "loaded",
		tool: [program, ...args].join(" "),
		print: () => printRuleset(restore, "restore"),
	};
}

function savePart(rules: IptablesRules): Part {
	return {
		name: `save.${suffix(rules.family)}.txt`,
		form: "saved",
		tool: tool(rules.family, "-save"),
		print: () => printRuleset(installedRuleset(rules), "save"),
	};
}

function suffix(family: IptablesRules["family"]): "v4" | "v6" {
	return family === "ipv4" ? "v4" : "v6";
}
