import http, { type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import https, { type RequestOptions } from "node:https";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { codeOf } from "../trouble.ts";

/** What came of a request. */
export type Reply =
	| { readonly kind: "answer"; readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }
	/** No answer, or not all of it. `silent`: nothing came for too long; `slow`: it took too long in all. */
	| { readonly kind: "lost" | "silent" | "slow" | "too-large" }
	| { readonly kind: "failed"; readonly error: unknown };

/** How long a request may take, in milliseconds; undefined: for ever. */
export interface RequestLimits {
	/** Without a byte. */
	readonly silence: number | undefined;
	readonly total: number | undefined;
}

/** Longest answer, in bytes, when it is not compressed: a page of 500 large objects has 50 MB, text ends at 512 MB. */
export const LARGEST_ANSWER = 400_000_000;

/** Makes one GET request. Redirects are not followed. Never throws. */
export function request(url: URL, options: RequestOptions, limits: RequestLimits, signal: AbortSignal): Promise<Reply> {
	const replied = new Promise<Reply>((resolve) => {
		const headers = {
			...options.headers,
			Accept: "application/json",
			"Accept-Encoding": "gzip",
			"User-Agent": "svcnat",
		};
		const transport = url.protocol === "https:" ? https : http;
		const sent = transport.request(url, { ...options, method: "GET", headers, signal });
		const finish = (reply: Reply): void => {
			clearTimeout(silence);
			clearTimeout(total);
			resolve(reply);
			if (reply.kind !== "answer") sent.destroy();
		};
		let silence = timer(limits.silence, () => finish({ kind: "silent" }));
		const total = timer(limits.total, () => finish({ kind: "slow" }));
		const heard = (): void => {
			clearTimeout(silence);
			silence = timer(limits.silence, () => finish({ kind: "silent" }));
		};
		const fail = (error: unknown): void => finish(isLoss(error) ? { kind: "lost" } : { kind: "failed", error });
		sent.on("error", fail);
		sent.on("response", (response) => {
			heard();
			response.on("data", heard);
			collect(response).then(finish, fail);
		});
		sent.end();
	});
	// A certificate or key that is none is found before anything is sent.
	return replied.catch((error: unknown) => ({ kind: "failed", error }));
}

function timer(milliseconds: number | undefined, then: () => void): NodeJS.Timeout | undefined {
	return milliseconds === undefined ? undefined : setTimeout(then, milliseconds);
}

async function collect(response: IncomingMessage): Promise<Reply> {
	const isCompressed = response.headers["content-encoding"] === "gzip";
	// Errors of both come out of the last one; a mere pipe would lose those of the first.
	const plain = isCompressed ? pipeline(response, createGunzip(), () => {}) : response;
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of plain) {
		chunks.push(chunk);
		bytes += chunk.length;
		if (bytes > LARGEST_ANSWER) return { kind: "too-large" };
	}
	const body = Buffer.concat(chunks).toString("utf8");
	return { kind: "answer", status: response.statusCode ?? 0, headers: response.headers, body };
}

/** Whether a connection that was there broke off. */
function isLoss(error: unknown): boolean {
	return LOSSES.includes(codeOf(error));
}

const LOSSES: readonly string[] = [
	"ECONNRESET",
	"EPIPE",
	"ECONNABORTED",
	"ERR_STREAM_PREMATURE_CLOSE",
	"EAI_AGAIN",
	"ENETDOWN",
	"HPE_INVALID_EOF_STATE",
	"Z_BUF_ERROR",
];
