import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { GUARD_REFUSED, NotIsolatedError, type ScriptResult } from "./namespace.ts";

/** Boots a user-mode kernel that has IP_VS, and runs a command in it. */
const IPVS_VM = fileURLToPath(new URL("../lab/ipvs-vm", import.meta.url));

const BOOT_ID = "/proc/sys/kernel/random/boot_id";

/** Seconds after which the machine is powered off. */
const TIME_LIMIT = 400;

/**
 * Runs `$2` (a script) with the remaining arguments, only in a user-mode kernel other than the one started as `$1`. It
 * fails closed. Names of network namespaces prove nothing here: two kernels give the same ones.
 */
const MACHINE_GUARD = `
own=
read -r own <${BOOT_ID}
case "$own $1" in
????????-????-????-????-????????????' '????????-????-????-????-????????????) ;;
*) own=$1 ;;
esac
if [ "$own" = "$1" ] || ! grep -q '^vendor_id.*: User Mode Linux$' /proc/cpuinfo; then
	echo "refused: this is not the machine that the tests started" >&2
	exit ${GUARD_REFUSED}
fi
script=$2
shift 2
exec sh -c "$script" script "$@"
`;

/**
 * The beginning of a script that wants a fresh network namespace: ends it in the namespace `$1`, and when it cannot read
 * where it is.
 */
export const NAMESPACE_GUARD = `
own=$(readlink /proc/self/ns/net) || own=
case "$own $1" in
'net:['*'] net:['*']') ;;
*) own=$1 ;;
esac
if [ "$own" = "$1" ]; then
	echo "refused: this is no network namespace of its own" >&2
	exit ${GUARD_REFUSED}
fi
`;

/** The command that runs a script behind the guard of the machine; by itself it boots nothing, so the guard refuses. */
export function guardedInMachine(script: string, ...args: readonly string[]): readonly string[] {
	return ["sh", "-c", MACHINE_GUARD, "guard", readFileSync(BOOT_ID, "utf8").trim(), script, ...args];
}

/** What a run of the machine needs. */
export interface MachineOptions {
	/** Where the script runs; all it writes elsewhere is thrown away. */
	readonly directory: string;
	/** `$1` and so on of the script. */
	readonly args?: readonly string[];
	/** The program that boots the machine. */
	readonly program?: string;
}

/**
 * Boots the machine and runs a shell script in it. Everything that loads IPVS rules goes through here. The status is 124
 * at the time limit and 125 when the machine did not come up.
 */
export async function runInMachine(script: string, options: MachineOptions): Promise<ScriptResult> {
	const { directory, args = [], program = IPVS_VM } = options;
	const words = ["--rw", directory, "--timeout", String(TIME_LIMIT), "--", ...guardedInMachine(script, ...args)];
	const settings = { cwd: directory, reject: false, stripFinalNewline: false, stdin: "ignore" } as const;
	const { exitCode, stdout, stderr, shortMessage } = await execa(program, words, settings);
	if (exitCode === GUARD_REFUSED) throw new NotIsolatedError(`the guard did not run the script: ${stderr}`);
	if (exitCode === undefined) throw new Error(shortMessage);
	return { exitCode, stdout, stderr };
}
