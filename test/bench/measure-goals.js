// @ts-check
import { spawnSync } from "node:child_process";
import { createWriteStream, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { writeSnapshot } from "./generate-snapshot.js";
import { goalMaker } from "./goal.js";
import { measureDump, measureProcess, measureStages, SVCNAT } from "./measure.js";
import { measureParser } from "./measure-parser.js";
import { measureTraces } from "./measure-trace.js";
import { runChild, scriptFile } from "./run-child.js";
import { writeYAML } from "./write-yaml.js";

/** @typedef {import("./sizes.js").Size} Size */
/** @typedef {import("./sizes.js").Sizes} Sizes */
/** @typedef {import("./goal.js").Goal} Goal */

/**
 * Measures everything that has a goal.
 *
 * @param {string} directory for files
 * @param {Sizes} sizes
 * @returns {Promise<readonly Goal[]>}
 */
export async function measureGoals(directory, sizes) {
	const goals = [];
	for (const profile of /** @type {const} */ (["plain", "mixed"])) {
		process.stderr.write(`${profile} ...\n`);
		const small = measureStages(await snapshotFile(directory, sizes.small, profile), sizes.runs);
		const file = await snapshotFile(directory, sizes.big, profile);
		goals.push(...(await goalsOfSnapshot(file, small, profile, directory, sizes.runs)));
	}
	process.stderr.write("YAML, traces, start, nodes ...\n");
	goals.push(await yamlGoal(directory, sizes));
	goals.push(traceGoal(await measureTraces(directory, sizes.traces)));
	goals.push(...(await startGoals(directory, sizes.runs)));
	goals.push(await nodesGoal(directory, sizes.nodes));
	return goals;
}

/**
 * @param {string} directory
 * @param {Size} size
 * @param {"plain" | "mixed"} profile
 */
async function snapshotFile(directory, size, profile) {
	const file = join(directory, "goal.json");
	await writeSnapshot({ ...size, profile, seed: 1 }, createWriteStream(file));
	return file;
}

/**
 * @param {string} file
 * @param {import("./measure.js").StageTimes} small those of a smaller snapshot
 * @param {string} profile
 * @param {string} directory
 * @param {number} runs
 * @returns {Promise<readonly Goal[]>}
 */
async function goalsOfSnapshot(file, small, profile, directory, runs) {
	const big = measureStages(file, runs);
	const { milliseconds } = big;
	const [compile = 0, json = 0] = [milliseconds["compile"], milliseconds["JSON.parse"]];
	const rules = join(directory, "rules.txt");
	const dump = measureDump(file, rules, runs);
	const copy = join(directory, "copy.txt");
	const floor = measureProcess([scriptFile("floor-child.js"), file, rules], copy, { runs });
	expectSame(rules, copy);
	const parser = measureParser(file, join(directory, "save.txt"));
	const again = Math.min(...Array.from({ length: runs }, () => Number(runChild("recompile-child.js", file))));
	const goal = goalMaker(profile);
	return [
		goal("compile: typed snapshot to text", "JSON.parse", compile, json, 2.4),
		goal("compile, microseconds a rule", "the same with fewer Services", perRule(big), perRule(small), 1),
		goal("whole dump", "floor: read, JSON.parse, hash, write", dump.wall, floor.wall, 2),
		goal("whole dump, CPU", "floor: read, JSON.parse, hash, write", dump.cpu, floor.cpu, 2),
		goal("whole dump, peak RSS in MiB", "1024", dump.rss, 1024, 1),
		goal("parse of iptables-save", "lines split at blanks", parser.parse, parser.split, 4),
		goal("parse two dumps and compare them", "parse them", 2 * parser.parse + parser.diff, 2 * parser.parse, 1.5),
		goal("recompile and compare, one slice changed", "compile", again, compile, 0.05),
	];
}

/** @param {import("./measure.js").StageTimes} times */
function perRule({ milliseconds, rules }) {
	return ((milliseconds["compile"] ?? 0) * 1000) / rules;
}

/**
 * @param {string} directory
 * @param {Sizes} sizes
 */
async function yamlGoal(directory, { yaml, runs }) {
	const file = await snapshotFile(directory, yaml, "mixed");
	const input = `${file}.yaml`;
	writeYAML(file, input);
	const [fromJSON, fromYAML] = [join(directory, "json.txt"), join(directory, "yaml.txt")];
	measureDump(file, fromJSON, 1);
	const dump = measureDump(input, fromYAML, runs);
	expectSame(fromJSON, fromYAML);
	const alone = measureProcess([scriptFile("yaml-child.js")], join(directory, "nothing.txt"), { input, runs });
	return goalMaker("")("whole dump from YAML", "js-yaml alone", dump.wall, alone.wall, 1.3);
}

/** @param {readonly import("./trace-child.js").TraceTimes[]} all */
function traceGoal(all) {
	const [few = 0, many = 0] = [all[0], all.at(-1)].map((times) => times?.traces["cluster IP"] ?? 0);
	return goalMaker("")("one trace, rules loaded, in microseconds", "the same with few Services", many, few, 1);
}

/**
 * @param {string} directory
 * @param {number} runs
 */
async function startGoals(directory, runs) {
	const startTime = (/** @type {string[]} */ ...args) => Math.min(...startTimes(args, runs * STARTS));
	const file = await snapshotFile(directory, { services: 5, endpoints: 5 }, "mixed");
	const nothing = startTime("-e", "0");
	const goal = goalMaker("");
	const dump = [SVCNAT, "dump", "-qf", file, "--node", "node-0000"];
	return [
		goal("svcnat --version", "node -e 0", startTime(SVCNAT, "--version"), nothing, 2),
		goal("svcnat --help", "node -e 0", startTime(SVCNAT, "--help"), nothing, 2),
		goal("dump of 5 Services", "node -e 0", startTime(...dump), nothing, 3),
	];
}

/** Starting is short: it can be measured more often. */
const STARTS = 4;

/**
 * Milliseconds from the start of a process to its end. Without what tells the use of the processor: that would start slowly itself.
 *
 * @param {string[]} args
 * @param {number} count
 */
function startTimes(args, count) {
	return Array.from({ length: count }, () => {
		const start = performance.now();
		const { status, stderr } = spawnSync(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
		if (status !== 0) throw new Error(`${args.join(" ")}: exit ${status}: ${stderr}`);
		return performance.now() - start;
	});
}

/**
 * @param {string} directory
 * @param {Size} size
 */
async function nodesGoal(directory, size) {
	const file = await snapshotFile(directory, size, "mixed");
	const [alone, all] = [join(directory, "alone"), join(directory, "all")];
	const wall = (/** @type {string[]} */ ...args) =>
		measureProcess([SVCNAT, "dump", "-qf", file, ...args], join(directory, "nodes.txt"), { runs: 1 }).wall;
	const one = wall("--node", "node-0001", "--output-dir", alone);
	const every = wall("--all-nodes", "--output-dir", all);
	for (const name of readdirSync(alone)) expectSame(join(alone, name), join(all, "node-0001", name));
	const count = readdirSync(all).length;
	rmSync(all, { recursive: true });
	const cores = availableParallelism();
	return goalMaker("")(
		`dump --all-nodes, ${count} nodes`,
		`one node x ${count} / cores`,
		every,
		(one * count) / cores,
		0.5,
	);
}

/**
 * @param {string} one
 * @param {string} other
 */
function expectSame(one, other) {
	const [bytes, others] = [readFileSync(one), readFileSync(other)];
	if (bytes.length === 0 || !bytes.equals(others)) throw new Error(`${one} and ${other} should be the same`);
}
