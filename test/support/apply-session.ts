import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runInNamespace } from "./namespace.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const CHILD = fileURLToPath(new URL("./apply-session-child.js", import.meta.url));

/** One thing that happens in a session: a command line of svcnat, run in the session's process, or a script of sh. */
export type Step = { readonly svcnat: readonly string[] } | { readonly shell: string; readonly input?: string };

/** How a step ended. */
export interface StepResult {
	readonly status: number;
	readonly stdout: string;
	readonly stderr: string;
}

/** A fresh network namespace, and what stands around a session in it. */
export interface SessionOptions {
	/** Addresses for the interface lo, which is up. */
	readonly addresses?: readonly string[];
	/** Programs that stand in front of those of the machine: scripts of sh, by name. `$real` is the program itself. */
	readonly programs?: Readonly<Record<string, string>>;
	/** Where files of the session go; removed with the test. */
	readonly directory?: string;
	/** When it is ended, which is an error. */
	readonly limitSeconds?: number;
}

/** Runs steps one after the other in one fresh network namespace. */
export async function runSession(steps: readonly Step[], options: SessionOptions = {}): Promise<readonly StepResult[]> {
	const { addresses = [], programs = {}, directory = temporaryDirectory(), limitSeconds } = options;
	const wrappers = writePrograms(join(directory, "bin"), programs);
	const script = [
		`export XTABLES_LOCKFILE='${directory}/xtables.lock' SESSION='${directory}' PATH='${wrappers}':"$PATH"`,
		"ip link set lo up",
		...addresses.map((address) => `ip address add ${address} dev lo ${address.includes(":") ? "nodad" : ""} || exit 1`),
		`exec '${process.execPath}' '${CHILD}'`,
	];
	const { exitCode, stdout, stderr } = await runInNamespace(script.join("\n"), JSON.stringify(steps), limitSeconds);
	const results = stdout
		.split("\n")
		.filter((line) => line !== "")
		.map((line): StepResult => JSON.parse(line));
	if (exitCode !== 0 || results.length !== steps.length) throw new Error(`session: exit ${exitCode}: ${stderr}`);
	return results;
}

function writePrograms(directory: string, programs: Readonly<Record<string, string>>): string {
	mkdirSync(directory, { recursive: true });
	for (const [name, body] of Object.entries(programs)) {
		const file = join(directory, name);
		writeFileSync(file, `#!/bin/sh\nreal='${installedAt(name)}'\n${body}\n`);
		chmodSync(file, 0o755);
	}
	return directory;
}

/** Where a program is; of one that is not there, where it might be. */
function installedAt(program: string): string {
	const files = (process.env["PATH"] ?? "").split(delimiter).map((directory) => join(directory, program));
	return files.find((file) => existsSync(file)) ?? `/usr/sbin/${program}`;
}

/** Programs with which svcnat changes a machine. */
const CHANGING = [
	...["iptables", "ip6tables"].flatMap((name) => ["", "-legacy", "-nft"].map((variant) => `${name}${variant}-restore`)),
	...["sysctl", "nfacct", "conntrack", "ipset", "ipvsadm", "nft"],
];

/** Stand-ins that note each call in a file of the session before they do what they are asked. */
export const NOTING: Readonly<Record<string, string>> = Object.fromEntries(
	CHANGING.map((name) => [name, `echo "${name} $*" >>"$SESSION/calls"\nexec "$real" "$@"`]),
);

/** The calls that were noted since the last look, without those that only ask. */
export const CALLS: Step = {
	shell:
		'grep -vE "^(nfacct list|nft --version|nft (-. )*list .*)$" "$SESSION/calls" 2>/dev/null; rm -f "$SESSION/calls"',
};

/** A file of the repository, as text. */
export function fileText(path: string): string {
	return readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");
}
