// @ts-check
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { writeSnapshot } from "./generate-snapshot.js";
import { runChild } from "./run-child.js";
import { printTable } from "./table.js";

/** @typedef {import("./trace-child.js").TraceTimes} TraceTimes */

/** What traces take must not depend on the number of Services: the same with few of them, for comparison. */
const SIZES = [100, 10_000];

const SHAPE = /** @type {const} */ ({ endpoints: 15, profile: "mixed", seed: 1 });

/**
 * What it takes to follow packets through the rules of few and of many Services.
 *
 * @param {string} directory for files
 * @param {readonly number[]} [sizes] Services
 * @returns {Promise<readonly TraceTimes[]>}
 */
export async function measureTraces(directory, sizes = SIZES) {
	const files = [];
	for (const services of sizes) {
		const [snapshot, dump] = [join(directory, `traced-${services}.json`), join(directory, `traced-${services}.txt`)];
		await writeSnapshot({ ...SHAPE, services }, createWriteStream(snapshot));
		runChild("parser-child.js", "print", snapshot, dump);
		files.push(dump, snapshot);
	}
	return JSON.parse(runChild("trace-child.js", ...files));
}

/**
 * Microseconds of a trace to each kind of address, and how many times that of few Services.
 *
 * @param {readonly TraceTimes[]} all the fewest Services first
 */
export function traceTable(all) {
	const kinds = Object.keys(all[0]?.traces ?? {});
	const rows = all.map(({ services, rules, ready, first, traces }) => [
		`${services} Services`,
		rules.toFixed(0),
		ready.toFixed(1),
		first.toFixed(1),
		...kinds.map((kind) => (traces[kind] ?? 0).toFixed(1)),
	]);
	const [few, many] = [all[0], all.at(-1)];
	const ratio = (/** @type {string} */ kind) => ((many?.traces[kind] ?? 0) / (few?.traces[kind] ?? 0)).toFixed(2);
	const head = ["trace, 15 endpoints", "rules", "ready ms", "first ms", ...kinds.map((kind) => `${kind} µs`)];
	return printTable([head, ...rows, ["  many / few", "", "", "", ...kinds.map(ratio)]]);
}
