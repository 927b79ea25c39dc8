import { constants } from "node:os";
import type { ResultPromise } from "execa";

/** A program that was started as the first of a process group of its own. Null: what it prints there is not read. */
export interface Subprocess extends Pick<ResultPromise<{ detached: true }>, "pid" | "stdout"> {
	readonly stderr: ResultPromise<{ detached: true }>["stderr"] | null;
}

/** What ends svcnat. */
const DEADLY = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

/** The exit status of a program that a signal ended is this more than the signal's number. */
const BY_SIGNAL = 128;

/** Kills a program and all that it started, and reads no more of what they print. */
export function killGroup({ pid, stdout, stderr }: Subprocess): void {
	try {
		if (pid !== undefined) process.kill(-pid, "SIGKILL");
	} catch {
		// It has ended by itself.
	}
	// Something that left the group may have them open.
	stdout?.destroy();
	stderr?.destroy();
}

/**
 * Lets signals that end svcnat end a program, too, which the terminal does not do for one in a group of its own. Whoever
 * listens for a signal beside this decides what it does: then the program goes on.
 *
 * @param kill kills the program; to be ready when the caller lets others run
 * @returns what ends this
 */
export function killWithSvcnat(kill: () => void): () => void {
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
