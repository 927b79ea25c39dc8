import { expect, it } from "vitest";
import { keepObjects } from "../../src/snapshot/keep-objects.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";

function slice(name: string, ready: boolean): object {
	return {
		apiVersion: "discovery.k8s.io/v1",
		kind: "EndpointSlice",
		metadata: { name, namespace: "shop", labels: { "kubernetes.io/service-name": "web" } },
		addressType: "IPv4",
		ports: [{ name: "http", port: 8080 }],
		endpoints: [{ addresses: ["10.244.1.5"], conditions: { ready } }, { addresses: ["10.244.1.6"] }],
	};
}

function read(...objects: readonly object[]): Snapshot {
	const { snapshot, problems } = readSnapshot(objects.map((value) => ({ value })));
	expect(problems).toEqual([]);
	return snapshot;
}

it("objects that are equal are the earlier ones, in the new order", () => {
	const before = read(slice("a", true), slice("b", true));
	const kept = keepObjects(before, read(slice("b", true), slice("a", true)));
	expect(kept.endpointSlices[0]).toBe(before.endpointSlices[1]);
	expect(kept.endpointSlices[1]).toBe(before.endpointSlices[0]);
});

it("an object in which one condition of one endpoint differs is the new one", () => {
	const before = read(slice("a", true), slice("b", true));
	const now = read(slice("a", false), slice("b", true), slice("c", true));
	const kept = keepObjects(before, now);
	expect(kept).toEqual(now);
	expect(kept.endpointSlices.map((one) => before.endpointSlices.includes(one))).toEqual([false, true, false]);
});

it("values of other types, lists of other lengths and fields of other names make a difference", () => {
	const labelled = (labels: object): Snapshot => {
		const spec = { clusterIP: "10.96.0.1", ports: [{ port: 80 }] };
		return read({ apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "shop", labels }, spec });
	};
	const all = [{}, { a: "1" }, { a: 1 }, { a: null }, { a: {} }, { a: [] }, { a: [1] }, { a: [1, 2] }, { b: "1" }];
	for (const one of all) {
		for (const other of all) {
			const [before, now] = [labelled(one), labelled(other)];
			expect(keepObjects(before, now).services[0] === before.services[0]).toBe(one === other);
		}
	}
});
