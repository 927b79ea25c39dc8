import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDocuments } from "../../src/cli/compile/parse-documents.ts";
import {
	KUBE_VERSIONS,
	type ProxyConfig,
	readProxyConfig,
	readSnapshot,
	type SourceDocument,
} from "../../src/index.ts";
import { saveSnapshot } from "../../src/save/save-snapshot.ts";
import { IS_LONG } from "../support/is-long.ts";
import { shapeOf } from "../support/rule-shape.ts";
import { readSorted, readText, savedText } from "../support/save-read.ts";
import { relationsOf, structureOf } from "../support/snapshot-structure.ts";
import { arbitraryUnusualCluster, UNUSUAL, type UnusualCluster } from "../support/unusual-cluster.ts";

const RUNS = { seed: 20261121, numRuns: IS_LONG ? 3000 : 60 };

const HEADER = {
	takenAt: "2026-11-21T18:30:00Z",
	server: "https://capybara.example",
	context: "capybara",
	serverVersion: "v1.34.2-capybara.7",
	svcnatVersion: "0.1.0",
	resourceVersions: { services: "90210771" },
};

/** Names of the cluster itself that must not be told, and neither when it was. */
const ORIGIN = /90210771|2026-11-21/;

const key = fc.string({ minLength: 1, maxLength: 40 });

function documentsOf({ objects }: UnusualCluster): readonly SourceDocument[] {
	return objects.map((value) => ({ value }));
}

/** Everything in a text that looks like an address, but for those that stay. */
function addressesIn(text: string): ReadonlySet<string> {
	const found = text.match(/\d+\.\d+\.\d+\.\d+|[0-9a-f]*:[0-9a-f:]*:[0-9a-f:]*/gi) ?? [];
	return new Set(found.filter((one) => !/^(?:0\.0\.0\.0|127\..*|::1?|:+)$/.test(one)));
}

describe("an anonymized snapshot", () => {
	it("has none of the original names and addresses, labels, texts or fields", () => {
		fc.assert(
			fc.property(arbitraryUnusualCluster, key, (cluster, anonymizeKey) => {
				const header = { ...HEADER, proxyConfig: cluster.config };
				const plain = savedText(documentsOf(cluster), "yaml", { header });
				const text = savedText(documentsOf(cluster), "yaml", { header, anonymizeKey });
				expect(plain).toMatch(UNUSUAL);
				expect(text).not.toMatch(UNUSUAL);
				expect(text).not.toMatch(ORIGIN);
				const original = addressesIn(plain);
				expect(original.size).toBeGreaterThan(5);
				expect([...addressesIn(text)].filter((one) => original.has(one))).toEqual([]);
			}),
			RUNS,
		);
	});

	it("compiles to rules of the same shape, in both modes, both families and every version", () => {
		fc.assert(
			fc.property(
				arbitraryUnusualCluster,
				key,
				fc.constantFrom(...KUBE_VERSIONS),
				(cluster, anonymizeKey, kubeVersion) => {
					const config = readProxyConfig(cluster.config, { kubeVersion }).config;
					fc.pre(config !== undefined);
					const header = { serverVersion: `v${kubeVersion}.3`, proxyConfig: cluster.config };
					const { objects, nodes } = saveSnapshot(documentsOf(cluster), { header, anonymizeKey });
					const read = readSnapshot(objects.map((value) => ({ value })));
					expect(read.problems).toEqual([]);
					const mapped = readProxyConfig(read.header?.proxyConfig, { kubeVersion }).config;
					expect(mapped).toBeDefined();
					const { snapshot } = readSnapshot(documentsOf(cluster));
					const node = nodes.get(cluster.node) ?? "";
					for (const mode of ["iptables", "ipvs"] as const) {
						for (const family of ["ipv4", "ipv6"] as const) {
							const same = { mode, family, kubeVersion };
							const anonymized = shapeOf({ ...same, snapshot: read.snapshot, config: mapped as ProxyConfig, node });
							expect(anonymized).toEqual(
								shapeOf({ ...same, snapshot, config, node: cluster.node }).map(withoutScheduler),
							);
						}
					}
				},
			),
			RUNS,
		);
	});

	it("keeps the order of names, which addresses are the same, and which lie in which network", () => {
		fc.assert(
			fc.property(arbitraryUnusualCluster, key, (cluster, anonymizeKey) => {
				const before = readSorted(documentsOf(cluster)).snapshot;
				const after = readText(savedText(documentsOf(cluster), "yaml", { anonymizeKey })).snapshot;
				expect(structureOf(after)).toEqual(structureOf(before));
				expect(relationsOf(after)).toEqual(relationsOf(before));
			}),
			RUNS,
		);
	});

	it("has another shape when an endpoint or a node port is another, so that the laws above can fail", () => {
		const documents = [SHAPE_NODE, shapeService(30080), shapeSlice(2)].map((value) => ({ value }));
		const others = [
			[SHAPE_NODE, shapeService(30080), shapeSlice(1)],
			[SHAPE_NODE, shapeService(30081), shapeSlice(2)],
			[SHAPE_NODE, shapeService(undefined), shapeSlice(2)],
		];
		const { objects } = saveSnapshot(documents, { header: {}, anonymizeKey: "k" });
		const config = readProxyConfig({}).config as ProxyConfig;
		for (const mode of ["iptables", "ipvs"] as const) {
			const shape = (values: readonly unknown[], node: string) => {
				const { snapshot } = readSnapshot(values.map((value) => ({ value })));
				return shapeOf({ snapshot, config, node, mode, family: "ipv4", kubeVersion: "1.36" });
			};
			const wanted = shape(
				documents.map(({ value }) => value),
				"n1",
			);
			expect(shape(objects, "node-1")).toEqual(wanted);
			for (const other of others) expect(shape(other, "n1")).not.toEqual(wanted);
		}
	});

	it("is the same for the same key, and has other addresses but the same names for another one", () => {
		fc.assert(
			fc.property(arbitraryUnusualCluster, (cluster) => {
				const text = (anonymizeKey: string): string => savedText(documentsOf(cluster), "yaml", { anonymizeKey });
				expect(text("one")).toBe(text("one"));
				expect(text("two")).not.toBe(text("one"));
				const names = (one: string) => one.match(/\b(?:ns|svc|slice|node|pod|port|zone|host)-\d+/g);
				expect(names(text("two"))).toEqual(names(text("one")));
			}),
			{ ...RUNS, numRuns: RUNS.numRuns / 4 },
		);
	});

	it("can be anonymized again", () => {
		fc.assert(
			fc.property(arbitraryUnusualCluster, (cluster) => {
				const once = savedText(documentsOf(cluster), "yaml", { anonymizeKey: "one" });
				const twice = savedText(parseDocuments(once, "once"), "yaml", { anonymizeKey: "two" });
				expect(twice.length).toBeGreaterThan(once.length / 2);
				expect(twice.match(/kind: .*/g)).toEqual(once.match(/kind: .*/g));
			}),
			{ ...RUNS, numRuns: RUNS.numRuns / 4 },
		);
	});
});

const SHAPE_NODE = {
	apiVersion: "v1",
	kind: "Node",
	metadata: { name: "n1" },
	status: { addresses: [{ type: "InternalIP", address: "192.0.2.1" }] },
};

function shapeService(nodePort: number | undefined): unknown {
	const spec = { type: "NodePort", clusterIP: "10.96.0.1", ports: [{ name: "http", port: 80, nodePort }] };
	return { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec };
}

function shapeSlice(endpoints: number): unknown {
	const labels = { "kubernetes.io/service-name": "web" };
	const addresses = Array.from({ length: endpoints }, (_, index) => ({ addresses: [`10.244.0.${index + 1}`] }));
	const rest = { addressType: "IPv4", ports: [{ name: "http", port: 8080 }], endpoints: addresses };
	return { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", metadata: { name: "web-1", labels }, ...rest };
}

/** A scheduler that the kernel does not come with is only known to be another one. */
function withoutScheduler(text: string): string {
	return text.replaceAll(" -s capybara", " -s other");
}
