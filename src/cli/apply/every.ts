import type { Server } from "node:http";
import { reasonOf, Trouble } from "../../trouble.ts";
import { say, type Voice } from "../output/terminal.ts";

/** How one of many runs went. */
export interface Cycle {
	readonly isGood: boolean;
	/** In milliseconds since 1970. */
	readonly endedAt: number;
	readonly durationMilliseconds: number;
	/** How many runs there were, and how many of them failed, this one included. */
	readonly cycles: number;
	readonly failures: number;
}

/** How to run again and again. */
export interface EveryOptions {
	readonly milliseconds: number;
	/** `ADDRESS:PORT`, `:PORT`: where /healthz answers; undefined: nowhere. */
	readonly healthz: string | undefined;
	readonly afterEach: (cycle: Cycle) => void;
}

/**
 * Runs something until SIGTERM or SIGINT. What goes wrong is told, and the next run tries again; a run that has begun is
 * finished, unless it throws the reason of `stopping`: then it has changed nothing, and counts for nothing.
 */
export async function repeat(
	once: (stopping: AbortSignal) => Promise<void>,
	options: EveryOptions,
	voice: Voice,
): Promise<void> {
	let last: Cycle | undefined;
	let wake = (): void => {};
	const stopping = new AbortController();
	const stop = (): void => {
		stopping.abort();
		wake();
	};
	const server = await serveHealth(options, () => last);
	process.on("SIGTERM", stop);
	process.on("SIGINT", stop);
	try {
		while (!stopping.signal.aborted) {
			const cycle = await runCycle(once, last, voice, stopping.signal);
			if (cycle === undefined) break;
			if (last?.isGood === false && cycle.isGood) say(voice, "note", "this run went well again");
			last = cycle;
			options.afterEach(cycle);
			if (stopping.signal.aborted) break;
			await new Promise<void>((resolve) => {
				const timer = setTimeout(resolve, options.milliseconds);
				wake = () => {
					clearTimeout(timer);
					resolve();
				};
			});
		}
	} finally {
		process.off("SIGTERM", stop);
		process.off("SIGINT", stop);
		await closed(server);
	}
	say(voice, "note", "stopped; the rules stay as they are (svcnat cleanup removes them)");
}

/** Undefined: it was given up before it changed anything. */
async function runCycle(
	once: (stopping: AbortSignal) => Promise<void>,
	before: Cycle | undefined,
	voice: Voice,
	stopping: AbortSignal,
): Promise<Cycle | undefined> {
	const startedAt = Date.now();
	let isGood = true;
	try {
		await once(stopping);
	} catch (error) {
		if (stopping.aborted && error === stopping.reason) return undefined;
		isGood = false;
		if (error instanceof Trouble) say(voice, "error", error.message, error.below);
		else say(voice, "error", `this run failed: ${reasonOf(error)}`);
	}
	const endedAt = Date.now();
	return {
		isGood,
		endedAt,
		durationMilliseconds: endedAt - startedAt,
		cycles: (before?.cycles ?? 0) + 1,
		failures: (before?.failures ?? 0) + (isGood ? 0 : 1),
	};
}

/** The last run is too long ago when this many are missing. */
const MISSED_RUNS = 3;

async function serveHealth(
	{ healthz, milliseconds }: EveryOptions,
	last: () => Cycle | undefined,
): Promise<Server | undefined> {
	if (healthz === undefined) return undefined;
	const [, address = "", port = ""] = /^(.*):(\d{1,5})$/.exec(healthz) ?? [];
	if (port === "" || Number(port) > 65535) {
		throw new Trouble(`--healthz: expected ADDRESS:PORT or :PORT, got ${JSON.stringify(healthz)}`);
	}
	// Loaded only here: newer Nodes take longer to load it than for a small dump.
	const { createServer } = await import("node:http");
	const server = createServer((request, response) => {
		const cycle = last();
		const isRecent = cycle !== undefined && Date.now() - cycle.endedAt < MISSED_RUNS * milliseconds + 10_000;
		const isWell = cycle?.isGood === true && isRecent;
		response.writeHead(request.url === "/healthz" ? (isWell ? 200 : 503) : 404, { "Content-Type": "text/plain" });
		response.end(request.url === "/healthz" ? `${isWell ? "ok" : "not ok"}\n` : "");
	});
	await new Promise<void>((resolve, reject) => {
		server.once("error", (error) => reject(new Trouble(`--healthz ${healthz}: ${reasonOf(error)}`)));
		const host = address.replace(/^\[|\]$/g, "");
		server.listen({ port: Number(port), ...(host === "" ? {} : { host }) }, resolve);
	});
	return server;
}

async function closed(server: Server | undefined): Promise<void> {
	if (server === undefined) return;
	server.closeAllConnections();
	await new Promise((resolve) => server.close(resolve));
}

/**
 * A time as an option has it: `30s`, `20ms`, `1.5m`, `1h30m`, or a bare number of seconds.
 *
 * @param least milliseconds
 * @returns milliseconds
 */
export function readDuration(option: string, text: string, least = 1): number {
	const milliseconds = /^\d{1,9}(?:\.\d{1,3})?$/.test(text) ? Number(text) * UNITS.s : millisecondsOf(text);
	if (milliseconds >= least && milliseconds <= LONGEST) return milliseconds;
	const range = `from ${least === 0 ? "0" : `${least}ms`} to 24h`;
	throw new Trouble(`${option}: expected a time ${range}, like 30s, got ${JSON.stringify(text)}`);
}

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Of numbers that have a unit each; -1: it is no time. */
function millisecondsOf(text: string): number {
	if (!/^(?:\d{1,9}(?:\.\d{1,3})?(?:ms|[smh]))+$/.test(text)) return -1;
	const parts = [...text.matchAll(/([\d.]+)(ms|s|m|h)/g)];
	return parts.reduce((sum, [, number, unit]) => sum + Number(number) * UNITS[unit as keyof typeof UNITS], 0);
}

const LONGEST = 24 * 3_600_000;
