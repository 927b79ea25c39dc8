import { request } from "node:https";
import type { Certificates } from "./certificates.ts";

/** What a server said. */
export interface Answer {
	readonly code: number;
	/** As parsed; a text when it is no JSON. */
	readonly body: unknown;
}

/** Asks an API server without any of svcnat's code. */
export interface ApiClient {
	send(method: "GET" | "POST" | "PATCH" | "PUT", path: string, body?: unknown): Promise<Answer>;
}

/** A client with a token. */
export function newApiClient(server: string, { ca }: Certificates, token: string): ApiClient {
	return {
		send: (method, path, body) =>
			new Promise((resolve, reject) => {
				const contentType = method === "PATCH" ? "application/merge-patch+json" : "application/json";
				const headers = { authorization: `Bearer ${token}`, accept: "application/json", "content-type": contentType };
				const sent = request(`${server}${path}`, { method, headers, ca: ca.cert, agent: false }, (response) => {
					const chunks: Buffer[] = [];
					response.on("data", (chunk: Buffer) => chunks.push(chunk));
					response.on("error", reject);
					response.on("end", () => {
						resolve({ code: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString("utf8")) });
					});
				});
				sent.on("error", reject);
				sent.end(body === undefined ? undefined : JSON.stringify(body));
			}),
	};
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
