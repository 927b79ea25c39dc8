// @ts-check
// Compiles a snapshot to text; and the same with an empty EndpointSlice, as data and with what is known from before, and
// compares the rules of both. Prints milliseconds, as JSON.
import { readFileSync } from "node:fs";
import { backends, buildModel, diff, readSnapshot } from "../../dist/index.js";

/**
 * @typedef {object} RecompileTimes
 * @property {number} compile from the snapshot to text
 * @property {number} recompile from the changed snapshot to the differences
 */

const { snapshot } = readSnapshot([{ value: JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) }]);
const node = snapshot.nodes[0]?.name ?? "";

/**
 * @template T
 * @param {() => T} run
 * @returns {{ result: T, milliseconds: number }}
 */
function timed(run) {
	const start = performance.now();
	const result = run();
	return { result, milliseconds: performance.now() - start };
}

const [slice, ...others] = snapshot.endpointSlices;
if (slice === undefined) throw new Error("no EndpointSlice");
const changed = { ...snapshot, endpointSlices: [{ ...slice, endpoints: [] }, ...others] };

const { compile, recompile, services } = backends.iptables((backend) => {
	const before = buildModel(snapshot, { node, family: "ipv4" }).model;
	const rules = backend.build(before);
	const old = backend.state(rules);
	// The other way round it would also be measured how long it takes to collect the text.
	const again = timed(() => {
		const { model } = buildModel(changed, { node, family: "ipv4", before });
		return diff(old, backend.state(backend.build(model, rules)));
	});
	const first = timed(() => {
		const { model } = buildModel(snapshot, { node, family: "ipv4" });
		return backend.parts([backend.build(model)])[0]?.print();
	});
	return { compile: first.milliseconds, recompile: again.milliseconds, services: again.result.services };
});
const service = `${slice.namespace}/${slice.serviceName}`;
if (services.length === 0 || services.some(({ servicePort }) => servicePort.split(":")[0] !== service)) {
	throw new Error(`expected only ${service} to differ, found ${services.map(({ servicePort }) => servicePort)}`);
}
console.log(JSON.stringify({ compile, recompile }));
