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
	const { status, stdout, stderr } = spawnSync(process.execPath, [scriptFile(script), ...args], { encoding: "utf8" });
	if (status !== 0) throw new Error(`${script} ${args.join(" ")}: exit ${status}: ${stderr}`);
	return stdout;
}

/**
 * The file of one of the scripts here.
 *
 * @param {string} script
 */
export function scriptFile(script) {
	return fileURLToPath(new URL(script, import.meta.url));
}
