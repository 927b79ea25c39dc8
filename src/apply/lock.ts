import { closeSync, constants, fchmodSync, fstatSync, openSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./run-command.ts";
import { makeDirectory } from "./state-file.ts";

/** A lock that is held until it is released, or every process ends that has it, however it ends. */
export interface Lock {
	/** Programs that get it, too, keep the lock when svcnat is killed, so that no other run comes in between. */
	readonly descriptor: number;
	readonly release: () => void;
}

/** What became of an attempt to take the lock. */
export type LockResult =
	| { readonly kind: "locked"; readonly lock: Lock }
	/** Another run still has it. */
	| { readonly kind: "busy" }
	/** Why it cannot be taken, whoever has it. */
	| { readonly kind: "failed"; readonly reason: string };

/** The file of the state directory that is locked. It stays when a run ends: whoever waits for it has it open. */
const FILE = "lock";

/** The exit status of flock that says that the lock is taken. */
const TAKEN = 75;

/** What the descriptor is to flock: behind the three that every program has. */
const INHERITED = "3";

/**
 * Takes the lock that keeps runs of svcnat with one state directory apart. Only the user svcnat runs as can open its file.
 *
 * @param waitSeconds how long to wait for another run; 0: not at all
 * @param stopping ends the wait
 * @throws the reason of `stopping`; what the system says when the directory cannot be made or the file not be opened
 */
export async function takeLock(directory: string, waitSeconds: number, stopping?: AbortSignal): Promise<LockResult> {
	stopping?.throwIfAborted();
	makeDirectory(directory);
	const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants;
	const descriptor = openSync(join(directory, FILE), O_RDWR | O_CREAT | O_NOFOLLOW, 0o600);
	const release = (): void => closeSync(descriptor);
	try {
		const reason = unsafe(descriptor) ?? (await lockOpenFile(descriptor, waitSeconds, stopping));
		stopping?.throwIfAborted();
		if (reason === undefined) return { kind: "locked", lock: { descriptor, release } };
		release();
		return reason === TAKEN ? { kind: "busy" } : { kind: "failed", reason };
	} catch (error) {
		release();
		throw error;
	}
}

/** A file of somebody else can be locked by him for ever. */
function unsafe(descriptor: number): string | undefined {
	const { uid, mode } = fstatSync(descriptor);
	const own = process.geteuid?.() ?? uid;
	if (uid !== own) return `${FILE}: expected a file of the user ${own}, found one of the user ${uid}: remove it`;
	if ((mode & 0o077) !== 0) fchmodSync(descriptor, 0o600);
	return undefined;
}

/**
 * Node has no call for it. The lock belongs to the open file, not to the program that asks for it: it stays when that ends.
 *
 * @returns undefined when it is locked; `TAKEN`; or why it cannot be locked
 */
async function lockOpenFile(
	descriptor: number,
	waitSeconds: number,
	stopping: AbortSignal | undefined,
): Promise<typeof TAKEN | string | undefined> {
	const args = ["-x", "-E", String(TAKEN), "-w", waitSeconds.toFixed(3), INHERITED];
	const result = await runCommand({ program: "flock", args }, { descriptor, stopping });
	if (result.kind === "absent") return "the program flock is not there: install util-linux";
	if (result.exitCode === 0) return undefined;
	if (result.exitCode === TAKEN) return TAKEN;
	return `flock failed with exit status ${result.exitCode}: ${result.stderr.trim()}: expected the one of util-linux`;
}
