import {
	chmodSync,
	copyFileSync,
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import type { Step, StepResult } from "./apply-session.ts";
import { NAMESPACE_GUARD, runInMachine } from "./machine.ts";
import { machineProblem } from "./machine-problem.ts";
import { GUARD_REFUSED } from "./namespace.ts";

/** Steps in one fresh network namespace of the machine, in their order. */
export interface MachineSession {
	readonly name: string;
	/** In arguments and scripts `@` at the beginning of a path is the session's directory. */
	readonly steps: readonly Step[];
	/** Lines for `ip -batch`, before the first step. */
	readonly links: readonly string[];
	/** Texts that are in the session's directory, by name. */
	readonly files?: Readonly<Record<string, string>>;
	/** A program of test/lab that runs the steps, and others before; undefined: nothing happens beside them. */
	readonly lab?: SessionLab | undefined;
}

/** Something that happens while steps run. */
export interface SessionLab {
	readonly program: string;
	readonly job: object;
	/** Their results come first. */
	readonly before: readonly Step[];
}

/** What became of all sessions. */
export interface SessionsRun {
	/** Why nothing could be tried. */
	readonly problem?: string | undefined;
	/** By name of the session. With a lab, the results of its steps come first, and last is what it printed. */
	readonly results: ReadonlyMap<string, readonly StepResult[]>;
	readonly seconds: number;
}

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));

/** All that svcnat needs in IPVS mode with iptables-legacy; there is nothing else in the path but flock and shells. */
const TOOLS = [
	...["iptables", "ip6tables"].flatMap((name) => [`${name}-legacy-save`, `${name}-legacy-restore`]),
	...["ip", "ipset", "ipvsadm", "sysctl", "conntrack"],
];

/**
 * Stands in front of a tool: notes what changes something, and at the call whose number is in the file kill-at fails, or
 * ends svcnat by SIGKILL, as the word behind it says.
 */
const WRAPPER = `#!/bin/sh
tool=\${0##*/}
case "$tool $*" in
*-legacy-save*|'ipset save'|'ipvsadm -Sn'|'ipvsadm -Ln'|'ipvsadm -L --timeout'|'ip -o address show'*) ;;
*) echo "$tool $*" >>"$SESSION/calls" ;;
esac
PATH=$PATH_OF_ALL
[ -e "$SESSION/kill-at" ] || exec "$tool" "$@"
read -r left way <"$SESSION/kill-at"
left=$((left - 1))
echo "$left $way" >"$SESSION/kill-at"
[ $left = 0 ] || exec "$tool" "$@"
echo "$way $tool $*" >>"$SESSION/killed"
case $way in
after) "$tool" "$@" ;;
fail) echo "fails as it is told" >&2; exit 1 ;;
cut) head -c 300 | "$tool" "$@" ;;
esac
kill -9 $PPID
`;

/** In the directory of a session and a namespace of its own; `$1` is the namespace of the machine. */
const ONE = `${NAMESPACE_GUARD}
export SESSION=$PWD PATH_OF_ALL=$PATH XTABLES_LOCKFILE=/tmp/xtables.lock
exec sh ./start.sh`;

/** Runs the steps; labs call it, too. */
const RUN_STEPS = `PATH=$SESSION/../bin
exec '${process.execPath}' "$SESSION/../program/test/support/session.mjs" <"$SESSION/\${STEPS:-steps.json}"
`;

/** The script for the machine; with the script for the session as `$1`. */
const ALL = `
machine=$(readlink /proc/self/ns/net)
cd session || exit 1
unshare --net sh -c "$1" session "$machine" </dev/null >lines.txt 2>stderr.txt
status=$?
[ $status != ${GUARD_REFUSED} ] || exit ${GUARD_REFUSED}
[ $status = 0 ] || echo "exit $status" >>stderr.txt
`;

/** Runs each session in a machine of its own: together they may take longer than it may run. */
export async function runInMachineSessions(sessions: readonly MachineSession[]): Promise<SessionsRun> {
	const start = performance.now();
	const problem = machineProblem();
	if (problem !== undefined) return { problem, results: new Map(), seconds: 0 };
	const program = mkdtempSync(join(tmpdir(), "svcnat-program-"));
	const results = new Map<string, readonly StepResult[]>();
	try {
		await writeProgram(program);
		for (const session of sessions) results.set(session.name, await runSession(session, program));
		return { results, seconds: (performance.now() - start) / 1000 };
	} finally {
		rmSync(program, { recursive: true, force: true });
	}
}

async function runSession(session: MachineSession, program: string): Promise<readonly StepResult[]> {
	const directory = mkdtempSync(join(tmpdir(), "svcnat-ipvs-apply-"));
	const place = join(directory, "session");
	try {
		cpSync(program, join(directory, "program"), { recursive: true });
		writeTools(join(directory, "bin"));
		writeSession(place, session);
		const { exitCode, stderr } = await runInMachine(ALL, { directory, args: [ONE] });
		if (exitCode !== 0) throw new Error(`the machine stopped: exit ${exitCode}: ${stderr}`);
		return readResults(session, place);
	} finally {
		rmSync(directory, { recursive: true, force: true });
	}
}

/** The machine takes 5 seconds to load the modules of svcnat one by one, and half a second for all in one file. */
async function writeProgram(directory: string): Promise<void> {
	const rolldown = join(REPOSITORY, "node_modules/.bin/rolldown");
	const bundle = async (from: string, to: string): Promise<void> => {
		await execa(rolldown, [
			join(REPOSITORY, from),
			...["--file", join(directory, to), "--platform", "node", "--format", "esm", "--no-codeSplitting"],
		]);
	};
	await bundle("test/support/apply-session-child.js", "test/support/session.mjs");
	await bundle("bin/svcnat.js", "bin/lib/svcnat.mjs");
	copyFileSync(join(REPOSITORY, "package.json"), join(directory, "package.json"));
	cpSync(join(REPOSITORY, "test/lab"), join(directory, "test/lab"), { recursive: true });
}

function writeTools(directory: string): void {
	mkdirSync(directory);
	// Shells are for scripts of steps; the program that locks changes nothing, so it is not counted.
	for (const name of ["sh", "bash", "flock"]) symlinkSync(`/usr/bin/${name}`, join(directory, name));
	for (const tool of TOOLS) {
		writeFileSync(join(directory, tool), WRAPPER);
		chmodSync(join(directory, tool), 0o755);
	}
}

function writeSession(directory: string, { steps, links, files = {}, lab }: MachineSession): void {
	mkdirSync(directory);
	const all = {
		...files,
		"links.batch": links.map((line) => `${line}\n`).join(""),
		"before.json": JSON.stringify((lab?.before ?? []).map((step) => stepIn(directory, step))),
		"steps.json": JSON.stringify(steps.map((step) => stepIn(directory, step))),
		"steps.sh": RUN_STEPS,
		"job.json": JSON.stringify(lab?.job ?? {}),
		"start.sh":
			lab === undefined
				? `ip -batch links.batch || exit 1\n${RUN_STEPS}`
				: `exec ../program/test/lab/${lab.program} <job.json\n`,
	};
	for (const [name, text] of Object.entries(all)) writeFileSync(join(directory, name), text);
}

/** Scripts of a step have all programs, and svcnat as a process of its own. */
function stepIn(directory: string, step: Step): Step {
	if ("svcnat" in step) return { svcnat: step.svcnat.map((text) => text.replace(/^@/, `${directory}/`)) };
	const svcnat = `PATH=$TOOLS '${process.execPath}' "$SESSION/../program/bin/lib/svcnat.mjs" "$@"`;
	const prelude = `svcnat() { ${svcnat}; }\nTOOLS=$PATH PATH=$PATH_OF_ALL\ncd "$SESSION" || exit 1\n`;
	return { ...step, shell: prelude + step.shell };
}

function readResults({ name, steps, lab }: MachineSession, directory: string): readonly StepResult[] {
	const read = (file: string): string =>
		existsSync(join(directory, file)) ? readFileSync(join(directory, file), "utf8") : "";
	const lines = read("lines.txt").split("\n");
	const results = lines.filter((line) => line !== "").map((line): StepResult => JSON.parse(line));
	const count = steps.length + (lab === undefined ? 0 : lab.before.length + 1);
	if (results.length !== count)
		throw new Error(`${name}: ${results.length} of ${count} results: ${read("stderr.txt")}`);
	return results;
}
