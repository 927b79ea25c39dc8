// @ts-check
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runChild } from "./run-child.js";

/** @typedef {import("./stages-child.js").StageTimes} StageTimes */

/**
 * What a whole process took.
 *
 * @typedef {object} ProcessCost
 * @property {number} wall milliseconds
 * @property {number} cpu milliseconds, user and system
 * @property {number} rss peak, in MiB
 */

/** The machine is noisy: the best of so many runs counts. */
const RUNS = 5;

const STAGES = ["read", "model", "rules", "print"];

/**
 * The best time of each stage, and of "objects to text", which are the stages from parsed objects to the text.
 *
 * @param {string} file
 * @returns {StageTimes}
 */
export function measureStages(file) {
	const runs = Array.from({ length: RUNS }, () => stagesOnce(file));
	const [first] = runs;
	if (first === undefined) throw new Error("no run");
	const stages = Object.keys(first.milliseconds);
	const best = stages.map((stage) => [stage, Math.min(...runs.map((run) => run.milliseconds[stage] ?? 0))]);
	return { ...first, milliseconds: Object.fromEntries(best) };
}

/**
 * @param {string} file
 * @returns {StageTimes}
 */
function stagesOnce(file) {
	/** @type {StageTimes} */
	const run = JSON.parse(runChild("stages-child.js", file));
	const sum = STAGES.reduce((total, stage) => total + (run.milliseconds[stage] ?? 0), 0);
	return { ...run, milliseconds: { ...run.milliseconds, "objects to text": sum } };
}

/**
 * What `svcnat dump` costs; the best of several runs. Throws when it fails.
 *
 * @param {string} input given with `-f`, or to standard input when its name ends in `.yaml`
 * @param {string} output where the rules go
 * @param {number} [runs]
 * @returns {ProcessCost}
 */
export function measureDump(input, output, runs = RUNS) {
	const costs = Array.from({ length: runs }, () => dumpOnce(input, output));
	return {
		wall: Math.min(...costs.map(({ wall }) => wall)),
		cpu: Math.min(...costs.map(({ cpu }) => cpu)),
		rss: Math.min(...costs.map(({ rss }) => rss)),
	};
}

/**
 * @param {string} input
 * @param {string} output
 * @returns {ProcessCost}
 */
function dumpOnce(input, output) {
	const isPiped = input.endsWith(".yaml");
	const svcnat = fileURLToPath(new URL("../../bin/svcnat.js", import.meta.url));
	const args = ["--import", new URL("usage-child.js", import.meta.url).href, svcnat];
	args.push("dump", `--filename=${isPiped ? "-" : input}`, "--node", "node-0000", "-o", "restore", "--quiet");
	const stdout = openSync(output, "w");
	const usage = `${output}.usage`;
	const start = performance.now();
	const { status, stderr } = spawnSync(process.execPath, args, {
		env: { PATH: process.env["PATH"], SVCNAT_BENCH_USAGE: usage },
		stdio: [isPiped ? "pipe" : "ignore", stdout, "pipe"],
		...(isPiped ? { input: readFileSync(input) } : {}),
	});
	const wall = performance.now() - start;
	closeSync(stdout);
	if (status !== 0) throw new Error(`svcnat dump of ${input}: exit ${status}: ${stderr}`);
	return { wall, ...JSON.parse(readFileSync(usage, "utf8")) };
}
