import { beforeAll, describe, expect, it } from "vitest";
import { useCertificates } from "../support/api-server/certificates.ts";
import type { Fault } from "../support/api-server/faults.ts";
import { dumpLive, dumpObjects, expectResult, READER, serve } from "../support/api-server/live-run.ts";
import { manyServices } from "../support/api-server/many-services.ts";
import { internalError, timedOut, tooManyRequests, unavailable } from "../support/api-server/status.ts";
import type { Run } from "../support/svcnat.ts";

const certificates = useCertificates();

/** Four pages of EndpointSlices. */
const BEFORE = [...manyServices({ services: 300, slices: 1600 })];
/** The same Services with other endpoints. */
const AFTER = [...manyServices({ services: 300, slices: 1600, generation: 40 })];

let before: Run;
let after: Run;
beforeAll(async () => {
	before = await dumpObjects(BEFORE);
	after = await dumpObjects(AFTER);
});

const on = "endpointslices";
const first = { on, page: 3, attempt: 1 } as const;

/** Faults that go away when it is tried again. */
const PASSING: readonly (readonly [name: string, fault: Fault])[] = [
	["a reset connection before the answer", { ...first, does: { kind: "resets", afterBytes: 0 } }],
	["a reset connection within a page", { ...first, does: { kind: "resets", afterBytes: 5000 } }],
	["a page that ends before its end", { ...first, does: { kind: "ends", afterBytes: 5000 } }],
	["429 with Retry-After", { ...first, does: { kind: "answers", answer: tooManyRequests(1) } }],
	["429 without Retry-After", { ...first, does: { kind: "answers", answer: tooManyRequests(undefined) } }],
	["500 of a new etcd leader", { ...first, does: { kind: "answers", answer: internalError() } }],
	["503 of a server that starts", { ...first, does: { kind: "answers", answer: unavailable(1) } }],
	["504 of a slow etcd", { ...first, does: { kind: "answers", answer: timedOut() } }],
];

describe("what goes away when it is tried again", () => {
	it.concurrent.for(PASSING)("reads the whole list in spite of %s", async ([, fault], { onTestFinished }) => {
		const { server, kubeconfig } = await serve(certificates, { objects: BEFORE, faults: [fault] }, onTestFinished);
		expectResult(await dumpLive(kubeconfig), before);
		const pages = server.received.filter((request) => request.on === on);
		expect(pages.some(({ page, attempt }) => page === 3 && attempt === 2)).toBe(true);
		// Only the page that failed is asked for again.
		expect(pages.filter(({ page }) => page === 1)).toHaveLength(1);
	});

	it("waits as long as Retry-After says", async () => {
		const does = { kind: "answers", answer: tooManyRequests(2) } as const;
		const { server, kubeconfig } = await serve(certificates, { faults: [{ on: "services", attempt: 1, does }] });
		expect((await dumpLive(kubeconfig)).exitCode).toBe(0);
		const [refused, again] = server.received.filter((request) => request.on === "services");
		expect((again?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThan(1950);
	});

	it("waits for a page that comes in drips", async () => {
		const does = { kind: "drips", pieces: 30, pauseMilliseconds: 100 } as const;
		const { kubeconfig } = await serve(certificates, { objects: BEFORE, faults: [{ ...first, does }] });
		expectResult(await dumpLive(kubeconfig), before);
	});

	it("asks again when a page does not come", async () => {
		const does = { kind: "stalls", afterBytes: 0 } as const;
		const { kubeconfig } = await serve(certificates, { objects: BEFORE, faults: [{ ...first, does }] });
		expectResult(await dumpLive(kubeconfig, ["--request-timeout", "1"]), before);
	});
});

describe("a cluster that changes while it is read", () => {
	it("goes on with the old list while the server has it, so that all pages are of one version", async () => {
		const does = { kind: "changes", objects: AFTER, forgets: false } as const;
		const { kubeconfig } = await serve(certificates, { objects: BEFORE, faults: [{ ...first, does }] });
		expectResult(await dumpLive(kubeconfig), before);
	});

	it("begins the list again when page 3 of it is gone (410), and takes nothing of the old one", async () => {
		const does = { kind: "changes", objects: AFTER, forgets: true } as const;
		const { server, kubeconfig } = await serve(certificates, { objects: BEFORE, faults: [{ ...first, does }] });
		expectResult(await dumpLive(kubeconfig), after);
		const asked = server.received.filter((request) => request.on === on).map(({ page }) => page);
		expect(asked).toEqual([1, 2, 3, 1, 2, 3, 4]);
	});

	it("begins only the list again that is gone", async () => {
		const does = { kind: "changes", objects: BEFORE, forgets: true } as const;
		const { server, kubeconfig } = await serve(certificates, { objects: BEFORE, faults: [{ ...first, does }] });
		expectResult(await dumpLive(kubeconfig), before);
		expect(server.received.filter((request) => request.on === "services")).toHaveLength(1);
	});
});

describe("how the server is asked", () => {
	it("asks for lists in pages, with GET alone, at one version, as the user of the kubeconfig", async () => {
		const { server, kubeconfig } = await serve(certificates, { objects: BEFORE });
		expectResult(await dumpLive(kubeconfig), before);
		expect(new Set(server.received.map(({ method }) => method))).toEqual(new Set(["GET"]));
		expect(new Set(server.received.map(({ who }) => who?.name))).toEqual(new Set([READER.name]));
		const lists = server.received.filter(({ url }) => !url.startsWith("/version") && !url.includes("configmaps"));
		expect(lists.every(({ url }) => url.includes("limit=500"))).toBe(true);
		expect(lists.some(({ url }) => /resourceVersion=|watch=/.test(url))).toBe(false);
		expect(new Set(lists.map((request) => request.on))).toEqual(
			new Set(["services", "endpointslices", "nodes", "servicecidrs"]),
		);
		expect(server.received.every(({ userAgent }) => /^svcnat\b/.test(userAgent))).toBe(true);
	});
});
