// @ts-check
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeSnapshot } from "./generate-snapshot.js";
import { goalTable } from "./goal.js";
import { measureDump, measureStages } from "./measure.js";
import { applyTable, measureApply } from "./measure-apply.js";
import { measureGoals } from "./measure-goals.js";
import { measureParser, parserTable } from "./measure-parser.js";
import { measureTraces, traceTable } from "./measure-trace.js";
import { dumpTable, growthTable, stageTable } from "./report.js";
import { FULL, SMALL } from "./sizes.js";
import { SNAPSHOTS } from "./snapshots.js";
import { printTable } from "./table.js";
import { writeYAML } from "./write-yaml.js";

/** What is measured beside the snapshots, on snapshots of its own. */
const GOALS = "goals";
const SMOKE = "smoke";
const TRACES = "traces";
const APPLY = "apply";

/** Which snapshot is also given as YAML. */
const YAML_SNAPSHOT = "plain-5k";

/**
 * `npm run bench [-- NAME...]`: the goals; by name also figures for each snapshot, for traces, and for `apply`. `smoke` is the goals on
 * small snapshots.
 *
 * @param {readonly string[]} names
 */
async function main(names) {
	const all = [...Object.keys(SNAPSHOTS), TRACES, APPLY, GOALS, SMOKE];
	const unknown = names.filter((name) => !all.includes(name));
	if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(", ")}; to be measured: ${all.join(", ")}`);
	const directory = mkdtempSync(join(tmpdir(), "svcnat-bench-"));
	try {
		await measureAll(names.length > 0 ? names : [GOALS], directory);
	} finally {
		rmSync(directory, { recursive: true, force: true });
	}
}

/**
 * @param {readonly string[]} names
 * @param {string} directory
 */
async function measureAll(names, directory) {
	const all = [];
	let yamlCosts = "";
	for (const name of names.filter((one) => one in SNAPSHOTS)) {
		process.stderr.write(`${name} ...\n`);
		const [input, output] = [join(directory, "snapshot.json"), join(directory, "rules.txt")];
		await writeSnapshot({ ...sizeOf(name), seed: 1 }, createWriteStream(input));
		const parser = measureParser(input, join(directory, "save.txt"));
		all.push({ name, stages: measureStages(input), dump: measureDump(input, output), parser });
		if (name === YAML_SNAPSHOT) yamlCosts = measureYAML(input, output);
	}
	const tables =
		all.length === 0 ? [] : [stageTable(all), dumpTable(all), growthTable(all), parserTable(all), yamlCosts];
	if (names.includes(TRACES)) {
		process.stderr.write("traces ...\n");
		tables.push(traceTable(await measureTraces(directory)));
	}
	for (const [name, sizes] of /** @type {const} */ ([
		[GOALS, FULL],
		[SMOKE, SMALL],
	])) {
		if (names.includes(name)) tables.push(goalTable(await measureGoals(directory, sizes)));
	}
	if (names.includes(APPLY)) tables.push(applyTable(await measureApply(directory)));
	process.stdout.write(tables.filter((table) => table !== "").join("\n"));
}

/** @param {string} name */
function sizeOf(name) {
	const size = SNAPSHOTS[name];
	if (size === undefined) throw new Error(`unknown snapshot ${name}`);
	return size;
}

/**
 * The same objects, as `kubectl get -o yaml` prints them, through standard input; the rules have to be the same.
 *
 * @param {string} json
 * @param {string} rulesOfJSON
 */
function measureYAML(json, rulesOfJSON) {
	process.stderr.write("YAML ...\n");
	const [input, output] = [`${json}.yaml`, `${rulesOfJSON}.yaml`];
	writeYAML(json, input);
	const { wall, cpu, rss } = measureDump(input, output, 2);
	const isSame = readFileSync(output).equals(readFileSync(rulesOfJSON));
	if (!isSame) process.exitCode = 1;
	return printTable([
		["svcnat dump -f - -o restore, YAML", "wall ms", "CPU ms", "peak RSS MiB", "rules"],
		[YAML_SNAPSHOT, wall.toFixed(0), cpu.toFixed(0), rss.toFixed(0), isSame ? "same" : "DIFFERENT"],
	]);
}

await main(process.argv.slice(2));
