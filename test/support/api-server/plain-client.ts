import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";
import { newApi, type Patience } from "../../../src/cluster/api.ts";
import type { Connection } from "../../../src/cluster/connection.ts";
import type { Result } from "../../../src/cluster/result.ts";
import { listen } from "./listen.ts";

/** Answers one request. */
export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A client that waits no time, and what it did. */
export interface Client {
	readonly get: (path?: string) => Promise<Result>;
	/** How long it waited each time, in milliseconds. */
	readonly waited: number[];
	/** Authorization of each request. */
	readonly tokens: (string | undefined)[];
	readonly paths: (string | undefined)[];
}

/** A client of a server, over plain HTTP, that gives the answers in order, the last one again and again. */
export async function clientOf(
	answers: readonly Answer[],
	patience: Partial<Patience> = {},
	base = "",
): Promise<Client> {
	const waited: number[] = [];
	const tokens: (string | undefined)[] = [];
	const paths: (string | undefined)[] = [];
	const server = createServer((request, response) => {
		tokens.push(request.headers.authorization);
		paths.push(request.url);
		answers[Math.min(tokens.length, answers.length) - 1]?.(response, request);
	});
	const port = await listen(server);
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	let issued = 0;
	const connection: Connection = {
		access: {
			context: "kind",
			server: new URL(`http://127.0.0.1:${port}${base}`),
			cluster: {},
			user: {},
			userName: "jane",
			isInsecure: false,
			warnings: [],
		},
		impersonated: undefined,
		proxy: undefined,
		requestOptions: async (refused) => {
			if (refused !== undefined || issued === 0) issued++;
			return { headers: { Authorization: `Bearer token-${issued}` } };
		},
		close: () => {},
	};
	const wait = async (milliseconds: number): Promise<void> => {
		waited.push(milliseconds);
	};
	const limits = { silence: 5000, total: 5000, wait, ...patience };
	const api = newApi(connection, limits, new AbortController().signal);
	return { get: (path = "/version") => api.get(path), waited, tokens, paths };
}

/** An answer with a body of JSON. */
export function answers(status: number, body: unknown = {}, headers: Readonly<Record<string, string>> = {}): Answer {
	return (response) => response.writeHead(status, headers).end(JSON.stringify(body));
}

/** What goes well. */
export const OK: Answer = answers(200, { a: 1 });
