import { readlinkSync } from "node:fs";
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

/**
 * Runs `$2` (a script) unless this is the network namespace `$1`. It fails closed: whatever it cannot read or does not
 * understand counts as the same namespace.
 */
const GUARD = `
own=$(readlink /proc/self/ns/net) || own=
case "$own $1" in
'net:['*'] net:['*']') ;;
*) own=$1 ;;
esac
if [ "$own" = "$1" ]; then
	echo "refused: this is the network namespace of the tests" >&2
	exit ${GUARD_REFUSED}
fi
exec sh -c "$2"
`;

/** The command that runs a script behind the guard; by itself it makes no namespace, so the guard refuses. */
export function guarded(script: string): readonly string[] {
	return ["sh", "-c", GUARD, "guard", readlinkSync("/proc/self/ns/net"), script];
}

/**
 * Runs a shell script in a fresh network namespace, which disappears with it. Everything that changes a network goes
 * through here: rules on the machine of whoever runs the tests would cut it off.
 */
export async function runInNamespace(script: string, input = ""): Promise<ScriptResult> {
	const options = { input, reject: false, stripFinalNewline: false, timeout: 60_000 } as const;
	const [program, ...args] = ["unshare", "--net", ...guarded(script)];
	const { exitCode, stdout, stderr, shortMessage } = await execa(program, args, options);
	if (exitCode === GUARD_REFUSED) throw new NotIsolatedError(`the guard did not run the script: ${stderr}`);
	if (exitCode === undefined) throw new Error(shortMessage);
	return { exitCode, stdout, stderr };
}
