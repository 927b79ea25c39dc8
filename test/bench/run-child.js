// @ts-check
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * Runs one of the scripts here in a process of its own and gives what it prints. Throws when it fails.
 *
 * @param {string} script
 * @param {string[]} args
 */
export function runChild(script, ...args) {
	const file = fileURLToPath(new URL(script, import.meta.url));
	const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], { encoding: "utf8" });
	if (status !== 0) throw new Error(`${script} ${args.join(" ")}: exit ${status}: ${stderr}`);
	return stdout;
}
