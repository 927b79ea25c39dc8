// @ts-check
import { realpathSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { newCluster } from "./cluster.js";
import { makeNode } from "./make-node.js";
import { makeService } from "./make-service.js";
import { makeSlices } from "./make-slices.js";

/** @typedef {import("./cluster.js").Shape} Shape */

/**
 * Writes a snapshot as `kubectl get svc,endpointslices,nodes -A -o json` prints it. The same shape gives the same
 * bytes. Objects are written as they are made, so that memory does not grow with their number.
 *
 * @param {Shape} shape
 * @param {NodeJS.WritableStream} stream ended when all is written
 */
export async function writeSnapshot(shape, stream) {
	await pipeline(Readable.from(listText(makeObjects(shape))), stream);
}

/** @param {Shape} shape */
function* makeObjects(shape) {
	const cluster = newCluster(shape);
	const services = Array.from({ length: shape.services }, (_, index) => makeService(cluster, index));
	yield* services;
	for (const service of services) yield* makeSlices(cluster, service);
	for (const [index, name] of cluster.nodes.entries()) yield makeNode(cluster, name, index);
}

/** @param {Iterable<unknown>} objects */
function* listText(objects) {
	const indent = `\n${" ".repeat(8)}`;
	let before = `{\n    "apiVersion": "v1",\n    "items": [`;
	for (const object of objects) {
		yield before + indent + JSON.stringify(object, null, 4).replaceAll("\n", indent);
		before = ",";
	}
	yield `\n    ],\n    "kind": "List",\n    "metadata": {\n        "resourceVersion": ""\n    }\n}\n`;
}

/** `node test/bench/generate-snapshot.js --services 5000 --endpoints 10 --profile mixed > file` */
async function main() {
	const { values } = parseArgs({
		options: {
			services: { type: "string", default: "1000" },
			endpoints: { type: "string", default: "10" },
			profile: { type: "string", default: "plain" },
			seed: { type: "string", default: "1" },
		},
	});
	const { profile } = values;
	if (profile !== "plain" && profile !== "mixed") throw new Error(`--profile: expected plain or mixed, got ${profile}`);
	const services = wholeNumber("--services", values.services);
	const endpoints = wholeNumber("--endpoints", values.endpoints);
	const seed = wholeNumber("--seed", values.seed);
	await writeSnapshot({ services, endpoints, profile, seed }, process.stdout);
}

/**
 * @param {string} option
 * @param {string} text
 */
function wholeNumber(option, text) {
	if (/^\d{1,9}$/.test(text)) return Number(text);
	throw new Error(`${option}: expected a whole number, got ${text}`);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await main();
