import { describe, expect, it } from "vitest";
import type { Api } from "../../src/cluster/api.ts";
import { list } from "../../src/cluster/list.ts";
import { SERVICES } from "../../src/cluster/resources.ts";
import type { Result } from "../../src/cluster/result.ts";
import type { Fields } from "../../src/fields/fields.ts";

const GONE: Result = { kind: "gone", message: "too old" };

function page(names: readonly string[], resourceVersion: string, next?: string): Result {
	const items = names.map((name) => ({ metadata: { name, managedFields: [{ manager: "kubectl" }] } }));
	return { kind: "ok", value: { kind: "ServiceList", metadata: { resourceVersion, continue: next }, items } };
}

/** Gives the answers in order, the last one again and again; remembers what was asked. */
function apiOf(...answers: readonly Result[]): Api & { readonly asked: string[] } {
	const asked: string[] = [];
	return {
		asked,
		get: async (path) => {
			asked.push(path);
			const answer = answers[Math.min(asked.length, answers.length) - 1];
			if (answer === undefined) throw new Error("no answer");
			return answer;
		},
	};
}

async function listWith(api: Api, options: { readonly namespace?: string; readonly selector?: string } = {}) {
	return list(api, SERVICES, {
		namespace: options.namespace,
		selector: options.selector,
		pageSize: 2,
		keepManagedFields: false,
		onPage: () => {},
	});
}

async function namesOf(api: Api): Promise<readonly unknown[]> {
	const listed = await listWith(api);
	if (listed.kind !== "listed") throw new Error(listed.kind);
	return listed.items.map(({ metadata }) => (metadata as Fields)["name"]);
}

describe("a list", () => {
	it("has the items of all pages, with kind and version, without managedFields", async () => {
		const api = apiOf(page(["a", "b"], "7", "next/1"), page(["c"], "7"));
		expect(await listWith(api)).toEqual({
			kind: "listed",
			resourceVersion: "7",
			items: ["a", "b", "c"].map((name) => ({ apiVersion: "v1", kind: "Service", metadata: { name } })),
		});
		expect(api.asked).toEqual(["/api/v1/services?limit=2", "/api/v1/services?limit=2&continue=next%2F1"]);
	});

	it("is of one namespace and with a selector when it is narrowed", async () => {
		const api = apiOf(page([], "7"));
		await listWith(api, { namespace: "shop", selector: "a=b,c" });
		expect(api.asked).toEqual(["/api/v1/namespaces/shop/services?limit=2&labelSelector=a%3Db%2Cc"]);
	});

	it("begins again after 410, with nothing of before", async () => {
		const api = apiOf(page(["old"], "7", "x"), GONE, page(["a"], "8", "y"), page(["b"], "8"));
		expect(await namesOf(api)).toEqual(["a", "b"]);
	});

	it("begins again when a page is of another version", async () => {
		const api = apiOf(page(["old"], "7", "x"), page(["new"], "8"), page(["a"], "8", "y"), page(["b"], "8"));
		expect(await namesOf(api)).toEqual(["a", "b"]);
	});

	it("that is gone each time is given up", async () => {
		await expect(namesOf(apiOf(GONE))).rejects.toThrow(/services: begun 4 times, .*\(410 Gone\)/);
	});

	it("whose pages never fit together is given up, without a word of 410", async () => {
		const pages = [1, 2, 3, 4].flatMap((time) => [page(["a"], `${time}0`, "x"), page(["b"], `${time}1`)]);
		const api = apiOf(...pages);
		await expect(namesOf(api)).rejects.toThrow(/services: begun 4 times, .*different resourceVersions, [^0-9]*$/);
		expect(api.asked).toHaveLength(8);
	});

	it.each([
		["a Node", { kind: "Node" }, 'services: items[0].kind: expected Service, got "Node"'],
		["a List", { kind: "List", items: [] }, 'services: items[0].kind: expected Service, got "List"'],
		["null", { kind: null }, "services: items[0].kind: expected Service, got null"],
		["of another group", { apiVersion: "v2" }, 'services: items[0].apiVersion: expected v1, got "v2"'],
	])("with an item that is %s is refused", async (_, item, message) => {
		const value = { kind: "ServiceList", metadata: { resourceVersion: "7" }, items: [item] };
		await expect(namesOf(apiOf({ kind: "ok", value }))).rejects.toThrow(message);
	});

	it("whose items say their own kind is taken", async () => {
		const items = [{ apiVersion: "v1", kind: "Service", metadata: { name: "a" } }];
		const value = { kind: "ServiceList", apiVersion: "v1", metadata: { resourceVersion: "7" }, items };
		expect(await namesOf(apiOf({ kind: "ok", value }))).toEqual(["a"]);
	});

	it.each([
		["a continue that is no text", { continue: 7 }, "services: metadata.continue: expected text"],
		["more left, and no continue", { remainingItemCount: 3 }, "services: 3 more are left, and metadata.continue"],
		["more left, and an empty continue", { continue: "", remainingItemCount: 1 }, "services: 1 more are left"],
	])("with %s did not come to its end", async (_, metadata, message) => {
		const value = { kind: "ServiceList", metadata: { resourceVersion: "7", ...metadata }, items: [] };
		await expect(namesOf(apiOf({ kind: "ok", value }))).rejects.toThrow(message);
	});

	it("that leads back to the same page is given up", async () => {
		await expect(namesOf(apiOf(page(["a"], "7", "x")))).rejects.toThrow(/services: the server's list has no end/);
	});

	it("whose right is lost on the way is an error, not a shorter list", async () => {
		const api = apiOf(page(["a"], "7", "x"), { kind: "forbidden", message: "no more" });
		await expect(namesOf(api)).rejects.toThrow("services: page 2: forbidden: no more");
	});

	it("without items is empty, since Go writes null for no items", async () => {
		const value = { kind: "ServiceList", metadata: { resourceVersion: "7" }, items: null };
		expect(await namesOf(apiOf({ kind: "ok", value }))).toEqual([]);
	});

	it.each([
		["another kind", { kind: "PodList" }, 'services: expected a ServiceList, got "PodList"'],
		["another version", { kind: "ServiceList", apiVersion: "v2" }, 'services: apiVersion: expected v1, got "v2"'],
		["no kind", {}, "services: expected a ServiceList, got no kind"],
		["items that are no list", { kind: "ServiceList", items: {} }, "services: items: expected a list"],
		["no version", { kind: "ServiceList", items: [] }, "services: metadata.resourceVersion: expected one, found none"],
		[
			"an item that is no object",
			{ kind: "ServiceList", metadata: { resourceVersion: "7" }, items: [7] },
			"services: items[0]: expected an object",
		],
	])("with %s is refused", async (_, value, message) => {
		await expect(namesOf(apiOf({ kind: "ok", value }))).rejects.toThrow(message);
	});
});
