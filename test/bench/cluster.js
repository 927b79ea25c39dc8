// @ts-check
import { chance, randomFrom, uid } from "./random.js";

/**
 * What to generate.
 *
 * @typedef {object} Shape
 * @property {number} services
 * @property {number} endpoints endpoints of a Service; in the mixed profile the average
 * @property {"plain" | "mixed"} profile
 * @property {number} seed
 * @property {number} [nodes] default: as many as the pods need
 */

/**
 * A cluster while its objects are made.
 *
 * @typedef {object} Cluster
 * @property {Shape} shape
 * @property {import("./random.js").Random} random
 * @property {string[]} nodes names
 * @property {number[]} podsOnNode how many pod addresses of each node are used
 * @property {number} nextNodePort
 * @property {number} nextHealthCheckPort
 * @property {number} lastResourceVersion
 */

const PODS_PER_NODE = 100;
const FIRST_NODE_PORT = 30000;
const LAST_NODE_PORT = 32767;

/** When everything was created. */
export const CREATED = "2026-01-01T00:00:00Z";

/**
 * An empty cluster.
 *
 * @param {Shape} shape
 * @returns {Cluster}
 */
export function newCluster(shape) {
	const count = shape.nodes ?? Math.max(3, Math.ceil((shape.services * shape.endpoints) / PODS_PER_NODE));
	const nodes = Array.from({ length: count }, (_, index) => `node-${String(index).padStart(4, "0")}`);
	return {
		shape,
		random: randomFrom(shape.seed),
		nodes,
		podsOnNode: nodes.map(() => 0),
		nextNodePort: FIRST_NODE_PORT,
		nextHealthCheckPort: 20000,
		lastResourceVersion: 1000,
	};
}

/**
 * Node ports that are free; undefined when there are not so many left.
 *
 * @param {Cluster} cluster
 * @param {number} count
 */
export function takeNodePorts(cluster, count) {
	if (cluster.nextNodePort + count - 1 > LAST_NODE_PORT) return undefined;
	return Array.from({ length: count }, () => cluster.nextNodePort++);
}

/**
 * Metadata as an API server returns it, with keys in order.
 *
 * @param {Cluster} cluster
 * @param {{ name: string, namespace?: string, labels: Record<string, string> }} object
 */
export function metadata(cluster, { name, namespace, labels }) {
	return {
		creationTimestamp: CREATED,
		labels,
		name,
		...(namespace === undefined ? {} : { namespace }),
		resourceVersion: String(++cluster.lastResourceVersion),
		uid: uid(cluster.random),
	};
}

/**
 * True with a probability of `percent` in a hundred; never in the plain profile.
 *
 * @param {Cluster} cluster
 * @param {number} percent
 */
export function mixedChance({ shape, random }, percent) {
	return shape.profile === "mixed" && chance(random, percent);
}

/**
 * The IPv4 address `offset` behind `base`.
 *
 * @param {string} base
 * @param {number} offset
 */
export function address(base, offset) {
	const start = base.split(".").reduce((number, octet) => number * 256 + Number(octet), 0);
	return [24, 16, 8, 0].map((shift) => ((start + offset) >>> shift) & 255).join(".");
}
