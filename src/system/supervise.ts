import { constants } from "node:os";

/** A program that runs, as execa starts it. */
export interface Program {
	readonly pid?: number | undefined;
	readonly kill: (signal: "SIGKILL") => unknown;
	/** What it prints; none where that is not read. */
	readonly stdout: { readonly destroy: () => unknown } | null | undefined;
	readonly stderr: { readonly destroy: () => unknown } | null | undefined;
}

/** When a program is killed. */
export interface Limits {
	/** After so many seconds; undefined: it may take as long as it likes. */
	readonly seconds: number | undefined;
	/** When this is aborted. */
	readonly signal: AbortSignal | undefined;
}

/** How a program ended. */
export interface Supervised<R> {
	readonly result: R;
	/** Why it was killed; undefined: it was not. */
	readonly killed: "too long" | "stopped" | undefined;
}

/** What ends svcnat. */
const DEADLY = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

/** The exit status of a program that a signal ended is this more than the signal's number. */
const BY_SIGNAL = 128;

/**
 * Runs a program to its end. One that takes too long, or is not wanted any more, is killed with all that it started, if it
 * is the first of a process group of its own, and not waited for. So it is when a signal ends svcnat.
 */
export async function supervise<R>(
	start: () => Program & PromiseLike<R>,
	{ seconds, signal }: Limits,
): Promise<Supervised<R>> {
	let program: Program | undefined;
	let killed: Supervised<R>["killed"];
	const kill = (reason: Supervised<R>["killed"]): void => {
		killed = reason;
		if (program !== undefined) killGroup(program);
	};
	const stop = (): void => kill("stopped");
	// Before it is started: a signal may come at once.
	const forget = killWithSvcnat(stop);
	const running = start();
	program = running;
	const timer = seconds === undefined ? undefined : setTimeout(() => kill("too long"), seconds * 1000);
	signal?.addEventListener("abort", stop);
	if (signal?.aborted === true) stop();
	const result = await running;
	clearTimeout(timer);
	signal?.removeEventListener("abort", stop);
	forget();
	return { result, killed };
}

function killGroup(program: Program): void {
	program.kill("SIGKILL");
	try {
		if (program.pid !== undefined) process.kill(-program.pid, "SIGKILL");
	} catch {
		// It has ended by itself, or has no group of its own.
	}
	// Something that left the group may have them open.
	program.stdout?.destroy();
	program.stderr?.destroy();
}

/**
 * Lets signals that end svcnat end a program, too, which the terminal does not do for one in a group of its own. Whoever
 * listens for a signal beside this decides what it does: then the program goes on.
 *
 * @returns what ends this
 */
function killWithSvcnat(kill: () => void): () => void {
	const end = (signal: (typeof DEADLY)[number]): void => {
		if (process.listenerCount(signal) > 1) return;
		kill();
		forget();
		process.kill(process.pid, signal);
		// The first process of a container is not ended by that.
		process.exit(BY_SIGNAL + constants.signals[signal]);
	};
	const forget = (): void => {
		for (const signal of DEADLY) process.off(signal, end);
	};
	for (const signal of DEADLY) process.on(signal, end);
	return forget;
}
