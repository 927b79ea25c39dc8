// @ts-check
// Parses what iptables-save prints for a snapshot, several times, beside JSON.parse of the same snapshot, and prints
// what each took, as JSON. Processes of their own, so that the peak of memory is the parser's.
import { readFileSync, writeFileSync } from "node:fs";
import { backends, buildModel, diff, readSnapshot } from "../../dist/index.js";
import { parseIptables } from "../../dist/lang/iptables/parse.js";

/**
 * @typedef {object} ParserTimes
 * @property {number} rules
 * @property {number} bytes of the dump
 * @property {number} json milliseconds of JSON.parse for as many bytes of the snapshot
 * @property {number} split milliseconds to read the lines of the dump and split them at blanks
 * @property {number} parse milliseconds
 * @property {number} cold milliseconds of the first run, before the compiler of the engine knows the parser
 * @property {number} diff milliseconds to compare the dump with one that lacks one endpoint
 * @property {number} diffRss peak, in MiB, of a process that parses two dumps and compares them several times
 * @property {number} rss peak, in MiB, of a process that only reads the dump and parses it
 */

/** The median of so many runs counts. */
const RUNS = 7;

/** What can be asked for, with the files that it takes. Each runs in a process of its own. */
const ACTIONS = /** @type {Readonly<Record<string, (first: string, second: string) => void>>} */ ({
	print: printDump,
	times: measureTimes,
	memory: measureMemory,
	diff: measureDiff,
});

const [action = "", first = "", second = ""] = process.argv.slice(2);
ACTIONS[action]?.(first, second);

/**
 * Writes the text that `svcnat dump -o save` prints.
 *
 * @param {string} snapshotFile
 * @param {string} dumpFile
 */
function printDump(snapshotFile, dumpFile) {
	const { snapshot } = readSnapshot([{ value: JSON.parse(readFileSync(snapshotFile, "utf8")) }]);
	const { model } = buildModel(snapshot, { node: snapshot.nodes[0]?.name ?? "", family: "ipv4" });
	const text = backends.iptables((backend) => {
		const parts = backend.parts([backend.build(model)]);
		return parts.find(({ name }) => name.startsWith("save."))?.print() ?? "";
	});
	writeFileSync(dumpFile, text);
}

/**
 * @param {string} dumpFile
 * @param {string} snapshotFile
 */
function measureTimes(dumpFile, snapshotFile) {
	const dump = readFileSync(dumpFile, "utf8");
	const snapshot = readFileSync(snapshotFile, "utf8");
	const parses = [];
	const jsons = [];
	const splits = [];
	for (let run = 0; run < RUNS; run++) {
		jsons.push(timed(() => JSON.parse(snapshot)));
		splits.push(timed(() => dump.split("\n").map((line) => line.split(" "))));
		parses.push(timed(() => expectComplete(dump)));
	}
	const json = (median(jsons) * dump.length) / snapshot.length;
	const rules = dump.split("\n-A ").length - 1;
	const [split, parse] = [median(splits), median(parses)];
	const times = { rules, bytes: dump.length, json, split, parse, cold: parses[0] ?? 0 };
	console.log(JSON.stringify(times));
}

/** @param {string} dumpFile */
function measureMemory(dumpFile) {
	const { sections } = expectComplete(readFileSync(dumpFile, "utf8"));
	console.log(JSON.stringify({ rss: process.resourceUsage().maxRSS / 1024, sections: sections.length }));
}

/**
 * Compares a dump with the same one without one endpoint, both in memory.
 *
 * @param {string} dumpFile
 */
function measureDiff(dumpFile) {
	const dump = readFileSync(dumpFile, "utf8");
	const endpoints = [...dump.matchAll(/^:(KUBE-SEP-\S+)/gm)];
	const endpoint = endpoints[777 % endpoints.length]?.[1] ?? "";
	const lines = dump.split("\n");
	const [old, current] = [dump, lines.filter((line) => !line.includes(endpoint)).join("\n")].map(stateOf);
	if (old === undefined || current === undefined) throw new Error("no dumps");
	const diffs = [];
	for (let run = 0; run < RUNS; run++) {
		diffs.push(
			timed(() => {
				const { removed, services } = diff(old, current);
				if (removed.length !== 3 || services.length !== 1) throw new Error(`expected one endpoint's rules to be gone`);
			}),
		);
	}
	console.log(JSON.stringify({ diff: median(diffs), diffRss: process.resourceUsage().maxRSS / 1024 }));
}

/**
 * @param {string} dump
 * @returns {import("../../dist/index.js").NodeState}
 */
function stateOf(dump) {
	const tables = expectComplete(dump).sections[0]?.tables;
	const unknown = { virtualServers: undefined, sets: undefined, dummyIPs: undefined };
	return { family: "ipv4", iptables: tables, ...unknown, extent: "node" };
}

/**
 * A parser that gave up would be fast.
 *
 * @param {string} dump
 */
function expectComplete(dump) {
	const parsed = parseIptables(dump);
	if (parsed.problems.length > 0) throw new Error(JSON.stringify(parsed.problems[0]));
	return parsed;
}

/** @param {() => unknown} run */
function timed(run) {
	const start = performance.now();
	run();
	return performance.now() - start;
}

/** @param {number[]} numbers */
function median(numbers) {
	return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
