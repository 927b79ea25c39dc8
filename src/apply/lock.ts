import { createServer, type Server } from "node:net";

/** A lock that is held until it is released, or the process ends, however it ends. */
export interface Lock {
	readonly release: () => Promise<void>;
}

/**
 * A name in the abstract namespace of Unix sockets: there is one such namespace in each network namespace, as there is one
 * set of rules, and the kernel gives the name back when its process dies.
 */
const NAME = "\0svcnat-apply";

/** How often a lock that is taken is tried again, in milliseconds. */
const POLL = 100;

/**
 * Takes the lock that keeps two runs of svcnat in one network namespace apart.
 *
 * @param waitSeconds how long to wait for another run; 0: not at all
 * @returns undefined when another run still has it
 */
export async function takeLock(waitSeconds: number): Promise<Lock | undefined> {
	const end = Date.now() + waitSeconds * 1000;
	for (;;) {
		const server = await tryToListen();
		if (server !== undefined) return { release: () => new Promise((resolve) => server.close(() => resolve())) };
		if (Date.now() >= end) return undefined;
		await new Promise((resolve) => setTimeout(resolve, Math.min(POLL, Math.max(1, end - Date.now()))));
	}
}

async function tryToListen(): Promise<Server | undefined> {
	const server = createServer();
	return new Promise((resolve, reject) => {
		server.once("error", (error: NodeJS.ErrnoException) => {
			if (error.code === "EADDRINUSE") resolve(undefined);
			else reject(error);
		});
		server.listen(NAME, () => {
			server.unref();
			resolve(server);
		});
	});
}
