import { printable } from "../../printable.ts";
import type { Voice } from "../output/terminal.ts";

/** A line on the terminal that tells how far something is, and goes away again. */
export interface Progress {
	/** Replaces what the line says. */
	readonly show: (text: string) => void;
	/** Removes the line. */
	readonly end: () => void;
}

const SILENT: Progress = { show: () => {}, end: () => {} };

/** What puts the cursor at the beginning of its line and empties that. */
const EMPTY_LINE = "\r\x1b[K";

/** Progress is for somebody who looks on: there is none with --quiet, nor where standard error is no terminal. */
export function newProgress({ isQuiet }: Voice): Progress {
	const { stderr } = process;
	if (isQuiet || stderr.isTTY !== true) return SILENT;
	let isShown = false;
	return {
		show: (text) => {
			isShown = true;
			stderr.write(EMPTY_LINE + printable(text).slice(0, Math.max(10, (stderr.columns ?? 80) - 1)));
		},
		end: () => {
			if (isShown) stderr.write(EMPTY_LINE);
			isShown = false;
		},
	};
}

/** Nobody needs to be told of what is done at once, in milliseconds. */
const PATIENCE = 2000;

/** Waits for something and shows meanwhile, every second, how long it has taken so far. */
export async function showTime<T>(what: string, waited: Promise<T>, progress: Progress): Promise<T> {
	const start = Date.now();
	const timer = setInterval(() => {
		const duration = Date.now() - start;
		if (duration >= PATIENCE) progress.show(`${what}: ${Math.floor(duration / 1000)} s`);
	}, 1000);
	try {
		return await waited;
	} finally {
		clearInterval(timer);
		progress.end();
	}
}
