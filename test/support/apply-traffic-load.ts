import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { printCommand } from "../../src/index.ts";
import { type Fared, LOAD_NODE, loadFiles, loadJob, loadTurns } from "./apply-load.ts";
import type { Step, StepResult } from "./apply-session.ts";
import { applyArguments, type TrafficPlace } from "./apply-traffic.ts";
import { PRIVATE_LOCK } from "./diff-kernel.ts";
import { runInNamespace } from "./namespace.ts";
import { SVCNAT } from "./svcnat.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

/** What became of applies, and of connections meanwhile. */
export interface LoadRun {
	/** The first one, before there are connections, comes first. */
	readonly applies: readonly StepResult[];
	readonly fared: Fared;
}

const lab = (name: string): string => fileURLToPath(new URL(`../lab/${name}`, import.meta.url));
const CHILD = fileURLToPath(new URL("./apply-session-child.js", import.meta.url));

/** Seconds for one apply, on a machine with much else to do. */
const LONGEST_APPLY = 6;

/** Runs `svcnat apply` so many times, each a process of its own, with an endpoint less and one more in turns, under load. */
export async function applyUnderLoad(place: TrafficPlace, count: number): Promise<LoadRun> {
	const directory = temporaryDirectory();
	const apply = (turn: "all" | "few"): Step => {
		const args = applyArguments(place, { node: LOAD_NODE, file: `${turn}.json`, state: "state" });
		return { shell: printCommand({ program: process.execPath, args: [SVCNAT, ...args] }) };
	};
	const files = {
		...loadFiles(place.family),
		"before.json": JSON.stringify([apply("all")]),
		"steps.json": JSON.stringify(loadTurns(count).map(apply)),
		"steps.sh": `exec '${process.execPath}' '${CHILD}' <"$STEPS"\n`,
		"job.json": JSON.stringify(loadJob(place.family)),
	};
	for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
	const script = `${PRIVATE_LOCK}\ncd '${directory}' && ${lab("apply-under-load")} <job.json`;
	const { exitCode, stdout, stderr } = await runInNamespace(script, "", (count + 5) * LONGEST_APPLY);
	const results = stdout
		.split("\n")
		.filter((line) => line !== "")
		.map((line): StepResult => JSON.parse(line));
	if (exitCode !== 0 || results.length !== count + 2) throw new Error(`under load: exit ${exitCode}: ${stderr}`);
	return { applies: results.slice(0, -1), fared: JSON.parse(results.at(-1)?.stdout ?? "") };
}
