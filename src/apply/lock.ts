import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer, type Server } from "node:net";

/** A lock that is held until it is released, or every process ends that has it, however it ends. */
export interface Lock {
	/** Programs that get it, too, keep the lock when svcnat is killed, so that no other run comes in between. */
	readonly descriptor: number;
	readonly release: () => Promise<void>;
}

/**
 * A name in the abstract namespace of Unix sockets: there is one such namespace in each network namespace, as there is one
 * set of rules, and the kernel gives the name back when the last process dies that has the socket open.
 */
const NAME = "svcnat-apply";

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
		if (server !== undefined) {
			return { descriptor: findDescriptor(), release: () => new Promise((resolve) => server.close(() => resolve())) };
		}
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
		server.listen(`\0${NAME}`, () => {
			server.unref();
			resolve(server);
		});
	});
}

/** Node does not tell the descriptor of a socket; the kernel does. It writes the first byte of such a name as `@`. */
function findDescriptor(): number {
	const sockets = readFileSync("/proc/self/net/unix", "utf8");
	const [, inode] = new RegExp(` (\\d+) @${NAME}@*$`, "m").exec(sockets) ?? [];
	const found = readdirSync("/proc/self/fd").find((name) => linkOf(name) === `socket:[${inode}]`);
	if (found === undefined) throw new Error("the socket of the lock is not listed in /proc/self/net/unix");
	return Number(found);
}

/** The directory that is being listed is among the descriptors and gone when it is looked at. */
function linkOf(descriptor: string): string | undefined {
	try {
		return readlinkSync(`/proc/self/fd/${descriptor}`);
	} catch {
		return undefined;
	}
}
