import { createServer, type Server } from "node:http";
import { say, type Voice } from "./terminal.ts";
import { reasonOf, Trouble } from "./trouble.ts";

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
 * finished.
 */
export async function repeat(once: () => Promise<void>, options: EveryOptions, voice: Voice): Promise<void> {
	let last: Cycle | undefined;
	let wake = (): void => {};
	let isStopping = false;
	const stop = (): void => {
		isStopping = true;
		wake();
	};
	const server = await serveHealth(options, () => last);
	process.on("SIGTERM", stop);
	process.on("SIGINT", stop);
	try {
		while (!isStopping) {
			const before = last;
			last = await runCycle(once, before, voice);
			if (before?.isGood === false && last.isGood) say(voice, "note", "this run went well again");
			options.afterEach(last);
			if (isStopping) break;
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

async function runCycle(once: () => Promise<void>, before: Cycle | undefined, voice: Voice): Promise<Cycle> {
	const startedAt = Date.now();
	let isGood = true;
	try {
		await once();
	} catch (error) {
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

/** `30s`, `20ms`, `1.5m`, `2h`: milliseconds, at least 1. */
export function readDuration(option: string, text: string): number {
	const [, number = "", unit = ""] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text) ?? [];
	const factor = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit];
	const milliseconds = factor === undefined ? 0 : Number(number) * factor;
	if (milliseconds >= 1 && milliseconds <= LONGEST) return milliseconds;
	throw new Trouble(`${option}: expected a time from 1ms to 24h, like 30s, got ${JSON.stringify(text)}`);
}

const LONGEST = 24 * 3_600_000;
