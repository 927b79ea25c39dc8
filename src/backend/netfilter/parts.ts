import { printRuleset, printSource } from "../../lang/iptables/print.ts";
import type { Part } from "../backend.ts";
import { restoreCommand, tool } from "./commands.ts";
import type { Installation } from "./installation.ts";
import { installedRuleset } from "./installed.ts";

/** What iptables-restore reads: `restore.v4.txt`, `restore.v6.txt`. */
export function restorePart({ family, restore }: Installation): Part {
	const { program, args } = restoreCommand(family, "");
	return {
		name: `restore.${suffix(family)}.txt`,
		loader: [program, ...args].join(" "),
		printer: undefined,
		print: () => printSource(restore, "restore"),
	};
}

/** What iptables-save prints afterwards: `save.v4.txt`, `save.v6.txt`. */
export function savePart(rules: Installation): Part {
	return {
		name: `save.${suffix(rules.family)}.txt`,
		loader: undefined,
		printer: tool(rules.family, "-save"),
		print: () => printRuleset(installedRuleset(rules), "save"),
	};
}

function suffix(family: Installation["family"]): "v4" | "v6" {
	return family === "ipv4" ? "v4" : "v6";
}
