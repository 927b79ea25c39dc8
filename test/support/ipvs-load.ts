import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { IpvsCase } from "./ipvs-case.ts";
import { addressBatch, LOAD_ALL, LOAD_ONE, RESULTS, setupFiles, TRIAL_FAILED } from "./ipvs-script.ts";
import { TRIAL } from "./ipvs-trial.ts";
import { runInMachine } from "./machine.ts";
import { machineProblem } from "./machine-problem.ts";
import type { ScriptResult } from "./namespace.ts";

/** What became of one case. */
export interface IpvsResult {
	/** `0` when everything was loaded and read back; empty when the machine stopped before. */
	readonly status: string;
	readonly stderr: string;
	/** What the tools printed afterwards, by name of the part; and `timeouts.txt`. */
	readonly kernel: Readonly<Record<string, string>>;
}

/** What became of all cases. */
export interface IpvsLoad {
	/** Why nothing could be loaded, through no fault of the cases. */
	readonly problem?: string | undefined;
	readonly results: ReadonlyMap<string, IpvsResult>;
	readonly seconds: number;
}

/** Other releases print some things in another way. */
const VERSIONS = ["ipset v7.17", "ipvsadm v1.31", "iptables v1.8.9"];

/** The machine did not come up. */
const NOT_BOOTED = 125;

/** Boots the machine once and loads every case in it, each in a network namespace of its own. */
export async function loadInMachine(cases: readonly IpvsCase[]): Promise<IpvsLoad> {
	const start = performance.now();
	const impossible = machineProblem();
	if (impossible !== undefined) return { problem: impossible, results: new Map(), seconds: 0 };
	const directory = mkdtempSync(join(tmpdir(), "svcnat-ipvs-"));
	try {
		writeInputs(join(directory, "trial"), TRIAL);
		for (const one of cases) writeInputs(join(directory, "cases", one.name), one);
		const problem = problemOf(await runInMachine(LOAD_ALL, { directory, args: [LOAD_ONE] }));
		const results = new Map(cases.map(({ name }) => [name, readResult(join(directory, "cases", name))]));
		return { problem, results, seconds: (performance.now() - start) / 1000 };
	} finally {
		rmSync(directory, { recursive: true, force: true });
	}
}

function writeInputs(directory: string, { setup, parts }: IpvsCase): void {
	mkdirSync(directory, { recursive: true });
	const files = {
		...parts,
		...setupFiles(setup),
		"addresses.batch": addressBatch(parts["kube-ipvs0.txt"] ?? ""),
	};
	for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
}

function readResult(directory: string): IpvsResult {
	const read = (file: string): string => (existsSync(file) ? readFileSync(file, "utf8") : "");
	const results = join(directory, RESULTS);
	const files = existsSync(results) ? readdirSync(results) : [];
	return {
		status: read(join(directory, "status.txt")).trim(),
		stderr: read(join(directory, "stderr.txt")),
		kernel: Object.fromEntries(files.map((name) => [name, read(join(results, name))])),
	};
}

function problemOf({ exitCode, stdout, stderr }: ScriptResult): string | undefined {
	const reason = stderr.trim().replaceAll(/\s+/g, " ");
	if (exitCode === NOT_BOOTED) return `the machine did not boot: ${reason}`;
	if (exitCode === TRIAL_FAILED) return `the machine cannot load rules: ${reason}`;
	if (exitCode !== 0) throw new Error(`the machine stopped: exit ${exitCode}: ${reason}`);
	const isOther = VERSIONS.filter((version) => !new RegExp(`^${version.replaceAll(".", "\\.")}\\b`, "m").test(stdout));
	return isOther.length > 0 ? `not ${isOther.join(", ")}: ${stdout}` : undefined;
}
