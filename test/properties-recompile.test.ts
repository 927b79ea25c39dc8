import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildIptables } from "../src/backend/iptables/build.ts";
import { iptables } from "../src/backend/iptables/iptables.ts";
import type { IptablesRules } from "../src/backend/iptables/rules.ts";
import {
	buildModel,
	diff,
	type EndpointSlice,
	type Family,
	KUBE_VERSIONS,
	type Model,
	type ModelOptions,
	type NodeState,
	readProxyConfig,
	restoreParts,
	type Snapshot,
} from "../src/index.ts";
import { parseIptables } from "../src/lang/iptables/parse.ts";
import { arbitraryChange, snapshotOf } from "./support/arbitrary-changes.ts";
import { arbitraryConfig, arbitraryObjects, NODE } from "./support/arbitrary-snapshot.ts";
import { IS_LONG } from "./support/is-long.ts";

/** Same snapshots in every run; many more in the long run. */
const RUNS = { seed: 20261122, numRuns: IS_LONG ? 5000 : 250 };

const setting = fc.record({
	config: arbitraryConfig,
	family: fc.constantFrom<Family>("ipv4", "ipv6"),
	kubeVersion: fc.constantFrom(...KUBE_VERSIONS),
	nfacct: fc.boolean(),
});

/** Two that differ in much, or in a mark that no rule of a service port names. */
const twoSettings = fc.oneof(
	fc.tuple(setting, setting),
	fc.tuple(setting, fc.nat({ max: 31 })).map(([one, masqueradeBit]) => {
		const iptables = { ...(one.config["iptables"] as object), masqueradeBit };
		return [one, { ...one, config: { ...one.config, iptables } }] as const;
	}),
);

type Setting = typeof setting extends fc.Arbitrary<infer T> ? T : never;

function optionsOf({ config: value, family, kubeVersion, nfacct }: Setting): ModelOptions {
	// Old versions do not know some of it.
	const { config = readProxyConfig({}, { kubeVersion }).config } = readProxyConfig(value, { kubeVersion });
	if (config === undefined) throw new Error("the configuration is refused");
	return { node: NODE, family, kubeVersion, config, nfacct };
}

/** A snapshot, compiled. */
interface Run {
	readonly model: Model;
	readonly rules: IptablesRules;
	readonly state: NodeState;
}

function compile(snapshot: Snapshot, options: ModelOptions, before?: Run): Run {
	const { model, problems } = buildModel(snapshot, { ...options, before: before?.model });
	expect(problems).toEqual(buildModel(snapshot, options).problems);
	const rules = buildIptables(model, before?.rules);
	return { model, rules, state: iptables.state(rules) };
}

function textsOf({ rules }: Run): readonly string[] {
	return iptables.parts([rules]).map(({ print }) => print());
}

/** The same with nothing known about groups. */
function plain(state: NodeState): NodeState {
	return { ...state, iptables: state.iptables?.map((table) => ({ ...table })) };
}

/** What a node has that has the rules, and nobody knows from where. */
function parsed(run: Run): NodeState {
	const tables = parseIptables(textsOf(run)[1] ?? "", "save").sections[0]?.tables;
	return { ...run.state, iptables: tables, extent: "node" };
}

function expectSameDiff(old: NodeState, current: NodeState): void {
	for (const telling of ["before-after", "live"] as const) {
		const difference = diff(old, current, { telling });
		expect(difference).toEqual(diff(plain(old), plain(current), { telling }));
		expect(restoreParts(old, current, difference)).toEqual(restoreParts(plain(old), plain(current), difference));
	}
}

function expectSame(run: Run, scratch: Run, before: Run): void {
	expect(run.model).toEqual(scratch.model);
	expect(textsOf(run)).toEqual(textsOf(scratch));
	expect(plain(run.state)).toEqual(plain(scratch.state));
	expectSameDiff(before.state, run.state);
	expectSameDiff(run.state, before.state);
	expectSameDiff(run.state, run.state);
	expectSameDiff(parsed(before), run.state);
}

describe("laws of recompiling, on generated snapshots", () => {
	it("change after change, all is equal to what is compiled from scratch, and so are the differences", () => {
		fc.assert(
			fc.property(
				arbitraryObjects.map(snapshotOf),
				fc.array(arbitraryChange, { minLength: 1, maxLength: 3 }),
				setting,
				(snapshot, changes, one) => {
					const options = optionsOf(one);
					let [now, before] = [snapshot, compile(snapshot, options)];
					for (const change of changes) {
						now = change(now);
						const run = compile(now, options, before);
						expectSame(run, compile(now, options), before);
						before = run;
					}
				},
			),
			RUNS,
		);
	});

	it("the same is true when the configuration, the version or the family is another one", () => {
		fc.assert(
			fc.property(arbitraryObjects.map(snapshotOf), arbitraryChange, twoSettings, (snapshot, change, [one, other]) => {
				const before = compile(snapshot, optionsOf(one));
				const now = change(snapshot);
				const run = compile(now, optionsOf(other), before);
				const scratch = compile(now, optionsOf(other));
				expect(run.model).toEqual(scratch.model);
				expect(textsOf(run)).toEqual(textsOf(scratch));
				expect(plain(run.state)).toEqual(plain(scratch.state));
				if (one.family === other.family) expectSameDiff(before.state, run.state);
			}),
			RUNS,
		);
	});

	it("the same is true when there come to be so many endpoints that kube-proxy leaves out comments, and back", () => {
		const [many, few] = [bigSnapshot(400), bigSnapshot(300)];
		const options = { node: NODE, family: "ipv4" } as const;
		const start = compile(many, options);
		const less = { ...many, endpointSlices: [...many.endpointSlices.slice(0, 2), ...few.endpointSlices.slice(2)] };
		const run = compile(less, options, start);
		expect([start.model.endpointCount, run.model.endpointCount]).toEqual([1200, 1100]);
		expectSame(run, compile(less, options), start);
		const fewest = compile(few, options, run);
		expect(fewest.model.endpointCount).toBe(900);
		expectSame(fewest, compile(few, options), run);
		expectSame(compile(less, options, fewest), compile(less, options), fewest);
	});

	it("what has not changed is kept as the same objects, and the rest is made anew", () => {
		const snapshot = bigSnapshot(5);
		const options = { node: NODE, family: "ipv4" } as const;
		const before = compile(snapshot, options);
		const [slice, ...others] = snapshot.endpointSlices;
		const run = compile(
			{ ...snapshot, endpointSlices: [...others, { ...slice, endpoints: [] } as EndpointSlice] },
			options,
			before,
		);
		const isKept = run.model.servicePorts.map((port, index) => port === before.model.servicePorts[index]);
		expect(isKept).toEqual([false, true, true]);
		for (const [at, { groups }] of run.rules.kept().tables.entries()) {
			expect(groups.map((group, index) => group === before.rules.kept().tables[at]?.groups[index])).toEqual(isKept);
		}
	});
});

/** Three Services. */
function bigSnapshot(endpoints: number): Snapshot {
	const metadata = (name: string, service: string) => ({
		...{ name, namespace: "big", resourceVersion: "1" },
		labels: { "kubernetes.io/service-name": service },
	});
	const hosts = Array.from({ length: endpoints }, (_, index) => `10.244.${index >> 8}.${index & 255}`);
	return snapshotOf(
		[1, 2, 3].flatMap((number) => [
			{
				...{ apiVersion: "v1", kind: "Service", metadata: metadata(`svc-${number}`, "") },
				spec: { clusterIP: `10.96.0.${number}`, ports: [{ port: 80, protocol: "TCP" }] },
			},
			{
				...{ apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", addressType: "IPv4" },
				metadata: metadata(`svc-${number}-a`, `svc-${number}`),
				ports: [{ name: "", port: 8080, protocol: "TCP" }],
				endpoints: hosts.map((address) => ({ addresses: [address], conditions: { ready: true } })),
			},
		]),
	);
}
