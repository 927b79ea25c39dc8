// @ts-check
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * Milliseconds of wall time.
 *
 * @typedef {object} ApplyTimes
 * @property {number} services
 * @property {string} variant
 * @property {{ tool: number, svcnat: number }} firstLoad onto a machine without rules
 * @property {{ tool: number, svcnat: number }} change of one endpoint
 * @property {{ tool: number, svcnat: number }} nothing `iptables-save`, and `svcnat apply` when all is as it should be
 */

// Runs in a network namespace of its own: see measure-apply.js.
const [variant = "", before = "", after = "", directory = ""] = process.argv.slice(2);
const svcnat = fileURLToPath(new URL("../../bin/svcnat.js", import.meta.url));
const OPTIONS = ["--node", "node-0000", "--ip-family", "ipv4", "--nfacct", "false", "--no-settings", "--no-conntrack"];

const tool = { firstLoad: time(script(before)), change: time(script(after)) };
run("cleanup", "--iptables", variant, "--state-dir", directory);
const times = {
	variant,
	firstLoad: { tool: tool.firstLoad, svcnat: apply(before, "done:") },
	change: { tool: tool.change, svcnat: apply(after, "done:") },
	nothing: { tool: time(`iptables-${variant}-save >/dev/null`), svcnat: apply(after, "nothing to do:") },
};
process.stdout.write(JSON.stringify(times));

/**
 * What `svcnat apply` would run, as a script.
 *
 * @param {string} file a snapshot
 */
function script(file) {
	return run("apply", "-f", file, "--iptables", variant, "--state-dir", directory, "--dry-run", ...OPTIONS).stdout;
}

/**
 * How long `svcnat apply` takes. Throws when it does not say what it should.
 *
 * @param {string} file a snapshot
 * @param {string} expected
 */
function apply(file, expected) {
	const start = performance.now();
	const { stderr } = run("apply", "-f", file, "--iptables", variant, "--state-dir", directory, ...OPTIONS);
	const duration = performance.now() - start;
	if (!stderr.includes(expected)) throw new Error(`svcnat apply: expected ${expected}, got ${stderr}`);
	return duration;
}

/** @param {string[]} args */
function run(...args) {
	const result = spawnSync(process.execPath, [svcnat, ...args], { encoding: "utf8", maxBuffer: 1e9 });
	if (result.status !== 0) throw new Error(`svcnat ${args.join(" ")}: exit ${result.status}: ${result.stderr}`);
	return result;
}

/**
 * How long a script takes.
 *
 * @param {string} input for sh
 */
function time(input) {
	const start = performance.now();
	const { status, stderr } = spawnSync("sh", [], { input, encoding: "utf8" });
	if (status !== 0) throw new Error(`sh: exit ${status}: ${stderr}`);
	return performance.now() - start;
}
