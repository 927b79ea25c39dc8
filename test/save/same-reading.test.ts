import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDocuments } from "../../src/cli/compile/parse-documents.ts";
import type { SourceDocument } from "../../src/index.ts";
import { Trouble } from "../../src/trouble.ts";
import { seeds } from "../hostile/fuzz-support.ts";
import { mutate, mutations } from "../hostile/mutate.ts";
import { arbitraryObjects, withOrder } from "../support/arbitrary-snapshot.ts";
import { IS_LONG } from "../support/is-long.ts";
import { oracleCases } from "../support/oracle.ts";
import { type Read, readSorted, readText, savedText } from "../support/save-read.ts";

const FIXTURES = fileURLToPath(new URL("../../fixtures/", import.meta.url));
const RUNS = { seed: 20261121, numRuns: IS_LONG ? 2000 : 60 };

/** Every file with objects that the tests have. */
const FILES = [
	...["shop", "shop-after-rollout", "learn", "golden", "hostile"].flatMap((folder) =>
		readdirSync(join(FIXTURES, folder), { recursive: true, encoding: "utf8" })
			.filter((file) => /\.(?:ya?ml|json)$/.test(file) && !file.includes("expected"))
			.map((file) => join(FIXTURES, folder, file)),
	),
	...oracleCases().map(({ snapshotFile }) => snapshotFile),
];

/** The documents of a file; undefined for those that are no YAML, which no command reads. */
function documentsOf(file: string): readonly SourceDocument[] | undefined {
	try {
		return parseDocuments(readFileSync(file, "utf8"), file);
	} catch (error) {
		if (error instanceof Trouble) return undefined;
		throw error;
	}
}

/** What no object can be saved of: it has no kind. Where it was read, it was named as a problem. */
const LOST = /^error \w+ (?:input|object|List): /;

function withoutLost({ snapshot, problems }: Read): Read {
	return { snapshot, problems: problems.filter((problem) => !LOST.test(problem)) };
}

function expectSameReading(documents: readonly SourceDocument[]): void {
	const wanted = withoutLost(readSorted(documents));
	expect(readText(savedText(documents, "yaml"))).toEqual(wanted);
	expect(readText(savedText(documents, "json"))).toEqual(wanted);
	expect(withoutLost(readText(savedText(documents, "yaml", { isFull: true })))).toEqual(wanted);
}

/** A value as a parser might return it; undefined for one that no parser can. */
function asParsed(value: unknown): unknown {
	try {
		return JSON.parse(JSON.stringify(value));
	} catch {
		return undefined;
	}
}

/** What an API server, controllers and people add, and no command looks at. */
function withNoise(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
	const { metadata } = object;
	return {
		...object,
		metadata: {
			...Object(metadata),
			uid: "7b3c1f8e-9d2a-4c56-8e10-2f4a6b8c0d1e",
			generation: 7,
			creationTimestamp: "2026-01-05T09:00:00Z",
			annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}" },
			managedFields: [{ manager: "noise" }],
			ownerReferences: [{ kind: "Noise" }],
			finalizers: ["noise"],
		},
	};
}

describe("a saved snapshot is read as what was saved", () => {
	it("from every fixture, every captured cluster and every hostile file, as YAML, as JSON, and in full", () => {
		const all = FILES.flatMap((file) => documentsOf(file) ?? []);
		expect(all.length).toBeGreaterThan(300);
		for (const file of FILES) {
			const documents = documentsOf(file);
			if (documents !== undefined) expectSameReading(documents);
		}
	});

	it("from generated clusters with what no command looks at, which is gone", () => {
		fc.assert(
			fc.property(arbitraryObjects, (objects) => {
				const documents = objects.map((object) => ({ value: withNoise(object) }));
				expectSameReading(documents);
				expect(savedText(documents)).toBe(savedText(objects.map((value) => ({ value }))));
				expect(savedText(documents)).not.toMatch(/noise|uid|7b3c1f8e/i);
			}),
			RUNS,
		);
	});

	it("from captured clusters in which something was changed at random", () => {
		const bases = seeds();
		fc.assert(
			fc.property(fc.nat(), mutations, (index, changes) => {
				const value = asParsed(mutate(bases[index % bases.length]?.value, changes));
				if (value !== undefined) expectSameReading([{ value }]);
			}),
			{ ...RUNS, numRuns: RUNS.numRuns * 5 },
		);
	});

	it("and saved again gives the same bytes, whatever the order of the objects was", () => {
		fc.assert(
			fc.property(withOrder(fc.record({ objects: arbitraryObjects })), ({ one, order }) => {
				const text = savedText(one.objects.map((value) => ({ value })));
				expect(savedText(order.map((value) => ({ value })))).toBe(text);
				expect(savedText([{ value: { kind: "List", items: order } }])).toBe(text);
				expect(savedText(parseDocuments(text, "saved"))).toBe(text);
				expect(savedText(parseDocuments(savedText(parseDocuments(text, "saved"), "json"), "saved"))).toBe(text);
			}),
			RUNS,
		);
	});

	it("of two objects of one name with the last one in the input, as ever", () => {
		const service = (name: string, port: number, namespace?: string) => ({
			value: { apiVersion: "v1", kind: "Service", metadata: { name, namespace }, spec: { ports: [{ port }] } },
		});
		const documents = [service("web", 1), service("aaa", 5), service("web", 3, "default"), service("web", 2)];
		expectSameReading(documents);
		expect(readText(savedText(documents)).snapshot.services.map(({ ports }) => ports[0]?.port)).toEqual([5, 2]);
	});

	it("with the kind that a list had for its items", () => {
		const item = { metadata: { name: "web" }, spec: { clusterIP: "10.96.0.1", ports: [{ port: 80 }] } };
		const documents = [{ value: { kind: "ServiceList", apiVersion: "v1", items: [item] } }];
		expectSameReading(documents);
		expect(savedText(documents)).toContain("apiVersion: v1\nkind: Service\n");
	});
});
