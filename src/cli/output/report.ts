import type { Model } from "../../model/model.ts";
import { type Problem, printProblem } from "../../problem.ts";
import type { ReadResult } from "../../snapshot/read-snapshot.ts";
import { say, type Voice } from "./terminal.ts";

/** Says every problem: one line each, its code at the end, its hint on a line of its own. */
export function reportProblems(voice: Voice, problems: readonly Problem[]): void {
	for (const problem of problems) {
		const hint = problem.hint === undefined ? "" : `; ${problem.hint}`;
		say(voice, problem.severity, `${printProblem(problem)}${hint} (${problem.code})`);
	}
}

/** Says how many objects were passed over because no rule depends on their kind. */
export function reportIgnored(voice: Voice, ignored: ReadResult["ignored"]): void {
	if (ignored.length === 0) return;
	const total = ignored.reduce((sum, { count }) => sum + count, 0);
	const kinds = shortList(ignored.map(({ kind, count }) => `${shorten(kind)} ${count}`));
	say(voice, "note", `ignored ${total} ${total === 1 ? "object" : "objects"} of other kinds: ${kinds}`);
}

/** With --verbose: which Services and endpoints give no rules, and why. */
export function reportLeftOut(voice: Voice, { family, excludedServices, servicePorts }: Model): void {
	for (const { namespace, service, reason } of excludedServices) {
		say(voice, "detail", `${family}: Service ${namespace}/${service} gives no rules: ${reason}`);
	}
	for (const { name, selection, excludedSlices } of servicePorts) {
		for (const { endpoint, reason } of selection.unused) {
			say(voice, "detail", `${family}: ${name}: endpoint ${endpoint.address} is not used: ${reason}`);
		}
		for (const { slice, reason } of excludedSlices) {
			if (reason !== "other-address-type")
				say(voice, "detail", `${family}: ${name}: slice ${slice} is not used: ${reason}`);
		}
	}
}

const MOST_WORDS = 10;
const LONGEST_WORD = 60;

/** Some words of a list, and how many more there are: it may be as long as somebody liked. */
export function shortList(words: readonly string[]): string {
	const shown = words.slice(0, MOST_WORDS).map(shorten);
	const more = words.length - shown.length;
	return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function shorten(word: string): string {
	return word.length <= LONGEST_WORD ? word : `${word.slice(0, LONGEST_WORD)}...`;
}
