// @ts-check
// Compiles a snapshot; then empties EndpointSlices, one after the other, compiles what came of it with what is known from
// before, and compares the rules with those before. Prints the milliseconds of compiling again and comparing: the median.
import { readFileSync } from "node:fs";
import { backends, buildModel, diff, readSnapshot } from "../../dist/index.js";

const { snapshot } = readSnapshot([{ value: JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) }]);
const node = snapshot.nodes[0]?.name ?? "";

/** So many slices change, one by one. */
const CHANGES = 5;

const times = backends.iptables((backend) => {
	let model = buildModel(snapshot, { node, family: "ipv4" }).model;
	let rules = backend.build(model);
	let state = backend.state(rules);
	const all = [...snapshot.endpointSlices];
	return Array.from({ length: CHANGES }, (_, change) => {
		const index = Math.floor((change * all.length) / CHANGES);
		const slice = all[index];
		if (slice === undefined) throw new Error("no EndpointSlice");
		all[index] = { ...slice, endpoints: [] };
		const changed = { ...snapshot, endpointSlices: [...all] };
		const start = performance.now();
		const next = buildModel(changed, { node, family: "ipv4", before: model }).model;
		const nextRules = backend.build(next, rules);
		const nextState = backend.state(nextRules);
		const { services } = diff(state, nextState);
		const time = performance.now() - start;
		expectOnly(slice, services);
		[model, rules, state] = [next, nextRules, nextState];
		return time;
	});
});
console.log(times.sort((a, b) => a - b)[Math.floor(CHANGES / 2)]);

/**
 * @param {import("../../dist/index.js").EndpointSlice} slice
 * @param {import("../../dist/index.js").Difference["services"]} services that differ
 */
function expectOnly({ namespace, serviceName }, services) {
	const service = `${namespace}/${serviceName}`;
	if (services.length === 0 || services.some(({ servicePort }) => servicePort.split(":")[0] !== service)) {
		throw new Error(`expected only ${service} to differ, found ${services.map(({ servicePort }) => servicePort)}`);
	}
}
