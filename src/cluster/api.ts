import { setTimeout as sleep } from "node:timers/promises";
import { Trouble } from "../trouble.ts";
import type { Connection } from "./connection.ts";
import { type Reply, type RequestLimits, request } from "./request.ts";
import { givenUp, type Result, resultOf } from "./result.ts";

/** Gets JSON from one API server. */
export interface Api {
	/** @throws Trouble when there is no usable answer after all attempts */
	readonly get: (path: string) => Promise<Result>;
}

/** How patient to be. */
export interface Patience extends RequestLimits {
	/** Waits so many milliseconds. */
	readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** Waits in real time. */
export const waitReally: Patience["wait"] = async (milliseconds, signal) => {
	await sleep(milliseconds, undefined, { signal });
};

/** How often one request is made. */
const MOST_ATTEMPTS = 6;

/** How many requests of a run may be repeated in all, so that a server that fails half of the time is given up, too. */
const MOST_RETRIES = 60;

/** In milliseconds; doubled from attempt to attempt, and made a little longer by chance. */
const FIRST_WAIT = 500;

/** How long a server may send us away, in milliseconds. */
const LONGEST_WAIT = 60_000;

/** @param signal ends everything that is under way */
export function newApi(connection: Connection, patience: Patience, signal: AbortSignal): Api {
	const { access } = connection;
	let retriesLeft = MOST_RETRIES;
	let hasAnswered = false;
	const get = async (path: string): Promise<Result> => {
		const url = new URL(`${access.server.href.replace(/\/$/, "")}${path}`);
		let options = await connection.requestOptions();
		let isRenewed = false;
		for (let attempt = 1; ; attempt++) {
			const reply = await request(url, options, patience, signal);
			signal.throwIfAborted();
			if (reply.kind === "answer") {
				hasAnswered = true;
				if (reply.status === 401 && !isRenewed) {
					isRenewed = true;
					options = await connection.requestOptions(options);
					continue;
				}
			}
			const again = againAfter(reply, attempt, hasAnswered);
			const asked = { url, options, limits: patience, connection };
			if (again === undefined) return resultOf(reply, asked);
			if (attempt === MOST_ATTEMPTS || retriesLeft === 0) throw givenUp(reply, asked, attempt);
			if (again > LONGEST_WAIT) {
				throw new Trouble(`${access.server.host} is busy: it wants to be asked again in ${again / 1000} s`);
			}
			retriesLeft--;
			await patience.wait(again, signal);
			// In the meantime a token may have come to its end.
			options = await connection.requestOptions();
		}
	};
	return { get };
}

/** How long to wait, in milliseconds, before a request is made again; undefined: it is not. */
function againAfter(reply: Reply, attempt: number, hasAnswered: boolean): number | undefined {
	const backoff = FIRST_WAIT * 2 ** (attempt - 1) * (1 + Math.random() / 4);
	if (reply.kind === "lost") return backoff;
	// Whoever was silent for a minute is mostly so for two.
	if (reply.kind === "silent") return attempt === 1 ? backoff : undefined;
	if (reply.kind === "failed") return hasAnswered && isRefused(reply.error) ? backoff : undefined;
	if (reply.kind !== "answer") return undefined;
	const isBusy = reply.status === 429 || reply.status >= 500;
	return isBusy ? (retryAfter(reply.headers["retry-after"]) ?? backoff) : undefined;
}

/** A server that answered before is being restarted. */
function isRefused(error: unknown): boolean {
	return error instanceof Error && "code" in error && error.code === "ECONNREFUSED";
}

/** Seconds or a date, as milliseconds. */
function retryAfter(text: string | undefined): number | undefined {
	if (text === undefined) return undefined;
	if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
	const until = Date.parse(text);
	return Number.isNaN(until) ? undefined : Math.max(0, until - Date.now());
}
