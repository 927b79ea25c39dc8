import { readlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { execa } from "execa";

/** The exit status with which the guard refuses to run anything in the network namespace of the tests. */
export const GUARD_REFUSED = 97;

/** How a script ended. */
export interface ScriptResult {
	readonly exitCode: number;
	readonly stdout: string;
	readonly stderr: string;
}

/** There was no fresh network namespace, so nothing was run. */
export class NotIsolatedError extends Error {}

/** The guard itself, which other programs that load rules go through as well. */
const GUARD = fileURLToPath(new URL("../lab/guard.sh", import.meta.url));

/**
 * The command that runs a script behind the guard; by itself it makes no namespace, so the guard refuses.
 *
 * @param kind which namespace must not be that of the tests
 * @param args the script's own, `$1` and so on
 */
export function guarded(script: string, kind: "net" | "mnt" = "net", args: readonly string[] = []): readonly string[] {
	return ["sh", GUARD, kind, readlinkSync(`/proc/self/ns/${kind}`), script, ...args];
}

/**
 * Runs a shell script in a fresh network namespace, which disappears with it. Everything that changes a network goes
 * through here: rules on the machine of whoever runs the tests would cut it off.
 *
 * @param limitSeconds when it is ended, which is an error
 */
export async function runInNamespace(script: string, input = "", limitSeconds = 60): Promise<ScriptResult> {
	const options = { input, reject: false, stripFinalNewline: false, timeout: limitSeconds * 1000 } as const;
	const [program, ...args] = ["unshare", "--net", ...guarded(script)];
	const { exitCode, stdout, stderr, shortMessage } = await execa(program, args, options);
	if (exitCode === GUARD_REFUSED) throw new NotIsolatedError(`the guard did not run the script: ${stderr}`);
	if (exitCode === undefined) throw new Error(shortMessage);
	return { exitCode, stdout, stderr };
}
