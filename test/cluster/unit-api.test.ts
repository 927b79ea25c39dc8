import { describe, expect, it } from "vitest";
import type { Result } from "../../src/cluster/result.ts";
import { type Answer, answers, clientOf, OK } from "../support/api-server/plain-client.ts";

const READ: Result = { kind: "ok", value: { a: 1 } };

describe("a request is made again", () => {
	it("after 429 and 5xx, each time later", async () => {
		const client = await clientOf([answers(429), answers(500), answers(502), answers(503), answers(504), OK]);
		expect(await client.get()).toEqual(READ);
		expect(client.waited).toHaveLength(5);
		for (const [index, milliseconds] of client.waited.entries()) {
			expect(milliseconds).toBeGreaterThanOrEqual(500 * 2 ** index);
			expect(milliseconds).toBeLessThanOrEqual(625 * 2 ** index);
		}
	});

	it("when Retry-After says, in seconds or as a date", async () => {
		const date = new Date(Date.now() + 20_000).toUTCString();
		const client = await clientOf([
			answers(429, {}, { "Retry-After": "7" }),
			answers(503, {}, { "Retry-After": date }),
			OK,
		]);
		expect(await client.get()).toEqual(READ);
		expect(client.waited[0]).toBe(7000);
		expect(client.waited[1]).toBeGreaterThan(15_000);
		expect(client.waited[1]).toBeLessThanOrEqual(20_000);
	});

	it("six times at most", async () => {
		const client = await clientOf([answers(500, { message: "etcd has no leader" })]);
		await expect(client.get()).rejects.toThrow(/GET \/version: given up after 6 attempts: 500 etcd has no leader$/);
		expect(client.tokens).toHaveLength(6);
	});

	it("sixty times at most in a run, however many requests there are", async () => {
		const half = Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? answers(500) : OK));
		const client = await clientOf(half);
		for (let request = 0; request < 60; request++) expect(await client.get()).toEqual(READ);
		await expect(client.get()).rejects.toThrow(/given up after 1 attempts/);
	});

	it("not when the server wants to be left alone for more than a minute", async () => {
		const client = await clientOf([answers(429, {}, { "Retry-After": "3600" })]);
		await expect(client.get()).rejects.toThrow(/is busy: it wants to be asked again in 3600 s/);
		expect(client.waited).toEqual([]);
	});

	it("with new credentials after 401, once", async () => {
		const client = await clientOf([answers(401), OK]);
		expect(await client.get()).toEqual(READ);
		expect(client.tokens).toEqual(["Bearer token-1", "Bearer token-2"]);
		const refused = await clientOf([answers(401, { message: "Unauthorized" })]);
		await expect(refused.get()).rejects.toThrow(
			/refuses the credentials of user jane \(context kind\): 401 Unauthorized/,
		);
		expect(refused.tokens).toHaveLength(2);
	});

	it("once when the server is silent", async () => {
		const client = await clientOf([() => {}, OK], { silence: 200 });
		expect(await client.get()).toEqual(READ);
		const dead = await clientOf([() => {}], { silence: 200 });
		await expect(dead.get()).rejects.toThrow(/nothing came for 0.2 s/);
		expect(dead.tokens).toHaveLength(2);
	});

	it("not when it took too long in all, drop by drop", async () => {
		const drips: Answer = (response) => {
			response.writeHead(200);
			const timer = setInterval(() => response.write(" "), 20);
			response.on("close", () => clearInterval(timer));
		};
		const client = await clientOf([drips], { silence: 1000, total: 300 });
		await expect(client.get()).rejects.toThrow(/not at its end after 0.3 s/);
		expect(client.tokens).toHaveLength(1);
	});
});
