import { randomBytes } from "node:crypto";
import type { HeaderFields } from "../../save/header.ts";
import { type SavedSnapshot, saveSnapshot } from "../../save/save-snapshot.ts";
import { readSnapshot } from "../../snapshot/read-snapshot.ts";
import { Trouble } from "../../trouble.ts";
import { refuseSelector } from "../arguments/selector-argument.ts";
import { type CompileArguments, readObjects } from "../compile/compile.ts";
import { printObjects } from "../output/print-objects.ts";
import { reportIgnored, reportProblems } from "../output/report.ts";
import { say, type Voice, writeResult } from "../output/terminal.ts";
import { writeAtomically } from "../output/write-atomically.ts";
import { headerOf, readTakenAt } from "./snapshot-header.ts";

/** Options of `snapshot` beside those that say what is read. */
export interface SnapshotArguments extends CompileArguments {
	readonly output?: string | undefined;
	readonly outputFile?: string | undefined;
	readonly full?: boolean | undefined;
	readonly anonymize?: boolean | undefined;
	readonly anonymizeKey?: string | undefined;
	readonly takenAt?: string | undefined;
}

/** Writes everything that other commands need to know of a cluster into one file. */
export async function snapshotCommand(
	argv: SnapshotArguments & Readonly<Record<string, unknown>>,
	voice: Voice,
): Promise<void> {
	checkUsage(argv);
	refuseSelector(argv);
	const takenAt = readTakenAt(argv.takenAt);
	const { documents, live } = await readObjects({ ...argv, keepManagedFields: argv.full === true }, voice);
	const { header, problems, ignored } = readSnapshot(documents);
	reportProblems(voice, problems);
	if (argv.full !== true) reportIgnored(voice, ignored);
	if (argv.strict === true && problems.some(({ severity }) => severity === "error")) {
		throw new Trouble("--strict: there are errors, so nothing is printed");
	}
	const { saved, text } = print(headerOf({ live, earlier: header, takenAt }, argv));
	if (argv.outputFile === undefined) await writeResult(text);
	else writeAtomically(argv.outputFile, text, "--output-file");
	report(saved, argv, voice);

	function print(fields: HeaderFields): { readonly saved: SavedSnapshot; readonly text: string } {
		const options = { header: fields, isFull: argv.full === true, anonymizeKey: keyOf(argv) };
		try {
			const result = saveSnapshot(documents, options);
			return { saved: result, text: printObjects(result.objects, argv.output === "json" ? "json" : "yaml") };
		} catch (error) {
			if (!(error instanceof RangeError)) throw error;
			throw new Trouble("the objects cannot be written: too large, or nested too deeply");
		}
	}
}

/** A key that nobody guesses, unless there is one; undefined: names and addresses stay. */
function keyOf({ anonymize, anonymizeKey }: SnapshotArguments): string | undefined {
	return anonymize === true ? (anonymizeKey ?? randomBytes(32).toString("hex")) : anonymizeKey;
}

function checkUsage({ full, anonymize, anonymizeKey, outputFile, namespace, only }: SnapshotArguments): void {
	if (namespace !== undefined && only !== true) {
		throw new Trouble("a snapshot holds all that was read, and -n alone narrows nothing: give --only, too");
	}
	if (full === true && (anonymize === true || anonymizeKey !== undefined)) {
		throw new Trouble("--full keeps everything, and --anonymize leaves out what may tell names: give one of them");
	}
	if (anonymizeKey === "") throw new Trouble("--anonymize-key: expected a text that nobody guesses, got nothing");
	if (outputFile === "") throw new Trouble("--output-file: expected the name of a file, got nothing");
}

function report(
	{ objects, broken, isConfigLeftOut, nodes }: SavedSnapshot,
	{ outputFile }: SnapshotArguments,
	voice: Voice,
): void {
	if (broken > 0) {
		const what = broken === 1 ? "1 broken object was" : `${broken} broken objects were`;
		say(voice, "warning", `${what} left out: nobody knows which of their texts are names`);
	}
	if (isConfigLeftOut) {
		say(voice, "warning", "kube-proxy would refuse its configuration, which was left out: nobody knows what is in it");
	}
	if (!objects.some(({ kind }) => kind === "Service")) say(voice, "warning", "there is no Service in the snapshot");
	if (outputFile !== undefined) say(voice, "note", `${outputFile}: ${objects.length - 1} objects`);
	for (const [name, alias] of nodes) say(voice, "detail", `Node ${name} is called ${alias}`);
}
