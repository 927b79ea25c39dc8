import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type Answer, answers, clientOf, OK } from "../support/api-server/plain-client.ts";

describe("an answer", () => {
	it("may be compressed, and is refused when a part of it is missing", async () => {
		const text = gzipSync(JSON.stringify({ a: "b".repeat(100_000) }));
		const send =
			(bytes: Buffer): Answer =>
			(response, request) => {
				expect(request.headers["accept-encoding"]).toBe("gzip");
				response.writeHead(200, { "Content-Encoding": "gzip" }).end(bytes);
			};
		const client = await clientOf([send(text)]);
		expect(await client.get()).toEqual({ kind: "ok", value: { a: "b".repeat(100_000) } });
		const cut = await clientOf([send(text.subarray(0, 50))]);
		await expect(cut.get()).rejects.toThrow(/the connection was lost before the end of the answer/);
	});

	it("that is no gzip is told", async () => {
		const broken: Answer = (response) => response.writeHead(200, { "Content-Encoding": "gzip" }).end("plain text");
		const client = await clientOf([broken]);
		await expect(client.get()).rejects.toThrow(
			/: its answer is said to be compressed by gzip, and cannot .*\(Z_\w+\)$/,
		);
	});

	it("that does not keep to HTTP is told", async () => {
		const client = await clientOf([(response) => response.socket?.end("HTTP/1.1 200 OK\r\nbad header\r\n\r\n")]);
		await expect(client.get()).rejects.toThrow(/: what answers does not keep to HTTP \(HPE_\w+\)/);
	});

	it.each([401, 403, 404, 500, 418])("of status %i that repeats credentials is told without them", async (status) => {
		const repeat: Answer = (response, request) => {
			const { authorization = "" } = request.headers;
			const message = `no entry with ${authorization}, nor ${authorization.replace("Bearer ", "")}`;
			answers(status, { message })(response, request);
		};
		const client = await clientOf([repeat]);
		const told = await client.get().then(JSON.stringify, String);
		expect(told).toContain("no entry with [secret], nor [secret]");
		expect(told).not.toMatch(/token-\d/);
	});

	it("that is no JSON is told without a word of it", async () => {
		const portal: Answer = (response) => response.writeHead(200, { "Content-Type": "text/html" }).end("<b>s3cret</b>");
		const client = await clientOf([portal]);
		await expect(client.get()).rejects.toThrow(/expected a JSON object, got 13 characters of text\/html$/);
	});

	it("that sends us elsewhere is not followed", async () => {
		const elsewhere = await clientOf([OK]);
		const client = await clientOf([answers(302, {}, { Location: "https://login.example/path?token=s3cret" })]);
		await expect(client.get()).rejects.toThrow(/: 302: sends us to https:\/\/login.example, and credentials are not/);
		expect(elsewhere.tokens).toEqual([]);
	});

	it.each([
		[403, "forbidden"],
		[404, "not-found"],
		[410, "gone"],
	])("of status %i is %s", async (status, kind) => {
		const client = await clientOf([answers(status, { message: "why" })]);
		expect(await client.get()).toEqual({ kind, message: "why" });
	});

	it("comes from below the path of the server", async () => {
		const client = await clientOf([OK], {}, "/k8s/clusters/c-1");
		await client.get("/api/v1/services?limit=2");
		expect(client.paths).toEqual(["/k8s/clusters/c-1/api/v1/services?limit=2"]);
	});
});
