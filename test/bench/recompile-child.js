// @ts-check
// Compiles a snapshot, then the same with an empty EndpointSlice, and compares the rules of both, as `apply --every` does.
// Prints milliseconds, as JSON.
import { readFileSync } from "node:fs";
import { backends, buildModel, diff, readSnapshot } from "../../dist/index.js";

/**
 * @typedef {object} RecompileTimes
 * @property {number} compile from the snapshot to text
 * @property {number} recompile from the changed snapshot to the differences
 */

const { snapshot } = readSnapshot([{ value: JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) }]);
const node = snapshot.nodes[0]?.name ?? "";

/** @param {import("../../dist/index.js").Snapshot} cluster */
function modelOf(cluster) {
	return buildModel(cluster, { node, family: "ipv4" }).model;
}

/** @param {import("../../dist/index.js").Snapshot} cluster */
function stateOf(cluster) {
	return backends.iptables((backend) => backend.state(backend.build(modelOf(cluster))));
}

const old = stateOf(snapshot);
const start = performance.now();
backends.iptables((backend) => backend.parts([backend.build(modelOf(snapshot))])[0]?.print());
const compile = performance.now() - start;

const [slice, ...others] = snapshot.endpointSlices;
if (slice === undefined) throw new Error("no EndpointSlice");
const changed = { ...snapshot, endpointSlices: [{ ...slice, endpoints: [] }, ...others] };
const again = performance.now();
const { services } = diff(old, stateOf(changed));
const recompile = performance.now() - again;
const service = `${slice.namespace}/${slice.serviceName}`;
if (services.length === 0 || services.some(({ servicePort }) => servicePort.split(":")[0] !== service)) {
	throw new Error(`expected only ${service} to differ, found ${services.map(({ servicePort }) => servicePort)}`);
}
console.log(JSON.stringify({ compile, recompile }));
