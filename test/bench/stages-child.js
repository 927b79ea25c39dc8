// @ts-check
// Runs every stage once, on the snapshot in the file that is given, and prints what each took. Always a process of its
// own: what ran before would have warmed up the compiler and filled the heap.
import { readFileSync } from "node:fs";
import { parseDocuments } from "../../dist/cli/compile/parse-documents.js";
import { backends, buildModel, readSnapshot } from "../../dist/index.js";

/**
 * @typedef {object} StageTimes
 * @property {Record<string, number>} milliseconds by stage, in the order of running
 * @property {number} endpoints
 * @property {number} rules
 */

/** @type {Record<string, number>} */
const milliseconds = {};

/**
 * @template T
 * @param {string} stage
 * @param {() => T} run
 * @returns {T}
 */
function timed(stage, run) {
	const start = performance.now();
	const result = run();
	milliseconds[stage] = performance.now() - start;
	return result;
}

/** @param {string} file */
function readFile(file) {
	const text = readFileSync(file, "utf8");
	timed("JSON.parse", () => JSON.parse(text));
	const documents = timed("parse", () => parseDocuments(text, file));
	return timed("read", () => readSnapshot(documents)).snapshot;
}

const snapshot = readFile(process.argv[2] ?? "");
const node = snapshot.nodes[0]?.name ?? "";
const { model } = timed("model", () => buildModel(snapshot, { node, family: "ipv4" }));
const text = backends.iptables((backend) => {
	const rules = timed("rules", () => backend.build(model));
	return timed("print", () => backend.parts([rules])[0]?.print() ?? "");
});
const endpoints = snapshot.endpointSlices.reduce((sum, slice) => sum + slice.endpoints.length, 0);
const rules = text.split("\n-A ").length - 1;
console.log(JSON.stringify({ milliseconds, endpoints, rules }));
