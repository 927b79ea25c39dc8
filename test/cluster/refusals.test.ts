import { describe, expect, it } from "vitest";
import { useCertificates } from "../support/api-server/certificates.ts";
import type { Misdeed } from "../support/api-server/faults.ts";
import { dumpLive, expectTrouble, serve } from "../support/api-server/live-run.ts";
import { internalError, pageNotFound, tooManyRequests } from "../support/api-server/status.ts";

const certificates = useCertificates();

const HTML = "<html><body>Please sign in to the wireless network</body></html>";

function answers(code: number, contentType: string, body: string): Misdeed {
	return { kind: "answers", answer: { code, headers: { "content-type": contentType }, body } };
}

const FOR_EVER: readonly (readonly [name: string, does: Misdeed, words: readonly (string | RegExp)[]])[] = [
	["connections that are always reset", { kind: "resets", afterBytes: 0 }, [/services/, /6 attempts/, /connection/]],
	[
		"pages that always end before their end",
		{ kind: "ends", afterBytes: 300 },
		[/services/, /6 attempts/, /connection/],
	],
	["pages that never come", { kind: "stalls", afterBytes: 0 }, [/services/, "--request-timeout"]],
	["pages that stop in the middle", { kind: "stalls", afterBytes: 300 }, [/services/, "--request-timeout"]],
	["429 for ever", { kind: "answers", answer: tooManyRequests(1) }, [/services/, /429|too many requests/i]],
	["500 for ever", { kind: "answers", answer: internalError() }, [/services/, /500/, /leader changed/]],
	["malformed JSON", answers(200, "application/json", '{"kind":"ServiceList","items":['), [/services/, /JSON/]],
	["a page of a portal", answers(200, "text/html", HTML), [/services/, /JSON|Kubernetes/]],
	[
		"a list of something else",
		answers(200, "application/json", '{"kind":"NodeList","apiVersion":"v1","metadata":{},"items":[]}'),
		[/services/, /ServiceList/],
	],
	[
		"something that is no list",
		answers(200, "application/json", '{"kind":"Status","status":"Success"}'),
		[/services/, /ServiceList|list/],
	],
	["another server's 404", { kind: "answers", answer: pageNotFound() }, [/services/, /404/, /Kubernetes/]],
];

describe("what cannot be overcome", () => {
	// By the binary and at the same time, since most of it is waiting.
	it.concurrent.for(FOR_EVER)("gives up with a clear message: %s", async ([, does, words], { onTestFinished }) => {
		const { kubeconfig } = await serve(certificates, { faults: [{ on: "services", does }] }, onTestFinished);
		expectTrouble(await dumpLive(kubeconfig, ["--request-timeout", "2"]), ...words);
	});

	it("gives up when every list is gone before its end", async () => {
		const objects = Array.from({ length: 600 }, (_, index) => ({
			apiVersion: "v1",
			kind: "Service",
			metadata: { name: `s${index}`, namespace: "shop" },
		}));
		const does = { kind: "changes", objects, forgets: true } as const;
		const { server, kubeconfig } = await serve(certificates, { objects, faults: [{ on: "services", page: 2, does }] });
		expectTrouble(await dumpLive(kubeconfig), /services/, /410|expired|too old/i);
		expect(server.received.length).toBeLessThan(30);
	});

	it("does not follow a redirect, and sends its token nowhere else", async () => {
		const other = await serve(certificates);
		const headers = { location: `${other.server.url}/api/v1/services` };
		const does = { kind: "answers", answer: { code: 307, headers, body: "" } } as const;
		const { kubeconfig } = await serve(certificates, { faults: [{ on: "services", does }] });
		expectTrouble(await dumpLive(kubeconfig), /services/, /redirect|307/);
		expect(other.server.received).toEqual([]);
	});

	it("says that nobody listens at the server's port", async () => {
		const { server, kubeconfig } = await serve(certificates);
		await server.close();
		expectTrouble(await dumpLive(kubeconfig), /127\.0\.0\.1/, /refused/);
	});
});
