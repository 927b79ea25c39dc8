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

/** What turns a typed snapshot into text. */
const COMPILING = ["model", "rules", "print"];

/**
 * The best time of each stage, and of "objects to text", which are the stages from parsed objects to the text.
 *
 * @param {string} file
 * @param {number} [count]
 * @returns {StageTimes}
 */
export function measureStages(file, count = RUNS) {
	const runs = Array.from({ length: count }, () => stagesOnce(file));
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
	const sum = (/** @type {string[]} */ stages) =>
		stages.reduce((total, stage) => total + (run.milliseconds[stage] ?? 0), 0);
	return { ...run, milliseconds: { ...run.milliseconds, compile: sum(COMPILING), "objects to text": sum(STAGES) } };
}

/** The executable. */
export const SVCNAT = fileURLToPath(new URL("../../bin/svcnat.js", import.meta.url));

/**
 * What `svcnat dump` costs; the best of several runs. Throws when it fails.
 *
 * @param {string} input given with `-f`, or to standard input when its name ends in `.yaml`
 * @param {string} output where the rules go
 * @param {number} [runs]
 * @returns {ProcessCost}
 */
export function measureDump(input, output, runs = RUNS) {
	const isPiped = input.endsWith(".yaml");
	const args = ["dump", `--filename=${isPiped ? "-" : input}`, "--node", "node-0000", "-o", "restore", "--quiet"];
	return measureProcess([SVCNAT, ...args], output, { runs, ...(isPiped ? { input } : {}) });
}

/**
 * What a program for Node costs; the best of several runs. Throws when it fails.
 *
 * @param {readonly string[]} args the program and its arguments
 * @param {string} output where its standard output goes
 * @param {object} [options]
 * @param {number} [options.runs]
 * @param {string} [options.input] a file for its standard input
 * @param {readonly string[]} [options.nodeOptions]
 * @returns {ProcessCost}
 */
export function measureProcess(args, output, { runs = RUNS, input, nodeOptions = [] } = {}) {
	const costs = Array.from({ length: runs }, () => processOnce([...nodeOptions, ...args], output, input));
	return {
		wall: Math.min(...costs.map(({ wall }) => wall)),
		cpu: Math.min(...costs.map(({ cpu }) => cpu)),
		rss: Math.min(...costs.map(({ rss }) => rss)),
	};
}

/**
 * @param {readonly string[]} args
 * @param {string} output
 * @param {string | undefined} input
 * @returns {ProcessCost}
 */
function processOnce(args, output, input) {
	const stdout = openSync(output, "w");
	const usage = `${output}.usage`;
	const start = performance.now();
	const { status, stderr } = spawnSync(
		process.execPath,
		["--import", new URL("usage-child.js", import.meta.url).href, ...args],
		{
			env: { PATH: process.env["PATH"], SVCNAT_BENCH_USAGE: usage },
			stdio: [input === undefined ? "ignore" : "pipe", stdout, "pipe"],
			...(input === undefined ? {} : { input: readFileSync(input) }),
		},
	);
	const wall = performance.now() - start;
	closeSync(stdout);
	if (status !== 0) throw new Error(`${args.join(" ")}: exit ${status}: ${stderr}`);
	return { wall, ...JSON.parse(readFileSync(usage, "utf8")) };
}
