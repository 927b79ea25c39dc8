import type { NodeState } from "../lang/node-state.ts";
import type { Run } from "./execute.ts";
import { namedLine, type RefusedLine, refusedLine, undeletableLine } from "./refused-line.ts";

/** What was found out about a refused text. */
export type Blame =
	| { readonly kind: "line"; readonly line: RefusedLine }
	/** Nobody knows which line it is; why, in words. */
	| { readonly kind: "unknown"; readonly reason: string };

/** A rule of the text, with the table it goes into. */
interface Candidate {
	readonly number: number;
	readonly table: string;
	/** `-A CHAIN …`, which needs no other rule. */
	readonly alone: string;
}

/**
 * Finds the line of a restore text that the kernel refuses: the one that the tool names or, where it names only COMMIT, one
 * that deletes a chain in use, else by loading ever smaller parts into a network namespace that ends with each attempt. That
 * takes root and `unshare`. The rules of this machine are not touched.
 *
 * @param program the iptables-restore that refused it
 * @param live what the node had before, in the family of the text
 * @returns undefined when it was not for a line that the text was refused
 */
export async function findRefusedLine(
	text: string,
	stderr: string,
	{ program, run, live }: { readonly program: string; readonly run: Run; readonly live: NodeState },
): Promise<Blame | undefined> {
	if (!NAMES_A_LINE.test(stderr)) return undefined;
	const named = namedLine(text, stderr) ?? undeletableLine(text, live);
	if (named !== undefined) return { kind: "line", line: refusedLine(text, named, live) };
	let candidates = candidatesOf(text);
	const isTaken = (some: readonly Candidate[]): Promise<boolean> => isTakenElsewhere(some, program, run);
	if (candidates.length === 0) return { kind: "unknown", reason: "no rule was to be added" };
	if (!(await isTaken([]))) {
		return {
			kind: "unknown",
			reason: "which line it is can be found out as root, with unshare and network namespaces",
		};
	}
	if (await isTaken(candidates)) {
		return {
			kind: "unknown",
			reason: "each line by itself is taken: what is refused depends on the rules that are there",
		};
	}
	while (candidates.length > 1) {
		const half = candidates.slice(0, candidates.length >> 1);
		candidates = (await isTaken(half)) ? candidates.slice(half.length) : half;
	}
	return { kind: "line", line: refusedLine(text, (candidates[0] as Candidate).number, live) };
}

function candidatesOf(text: string): readonly Candidate[] {
	let table = "";
	return text.split("\n").flatMap((line, index): readonly Candidate[] => {
		if (line.startsWith("*")) table = line.slice(1);
		const alone = line.replace(/^-I (\S+) \d+ /, "-A $1 ");
		return alone.startsWith("-A ") ? [{ number: index + 1, table, alone }] : [];
	});
}

/** Makes the counters that rules refer to, then loads what comes from the standard input. */
const SCRIPT = 'program=$1; shift; for name; do nfacct add "$name"; done; exec "$program" -w 5 --noflush';

async function isTakenElsewhere(some: readonly Candidate[], program: string, run: Run): Promise<boolean> {
	const names = some.flatMap(({ alone }) => [...alone.matchAll(/ --nfacct-name +(\S+)/g)].map(([, name = ""]) => name));
	const args = ["--net", "sh", "-c", SCRIPT, "svcnat", program, ...new Set(names)];
	const command = { program: "unshare", args, stdin: textOf(some) };
	const result = await run({ command, purpose: "look for the line that was refused", isOptional: true });
	return result.kind === "done" && result.exitCode === 0;
}

/** A text with every chain that the rules need, empty at first. */
function textOf(some: readonly Candidate[]): string {
	const tables = [...new Set(some.map(({ table }) => table))];
	return (tables.length === 0 ? ["filter"] : tables)
		.map((table) => {
			const rules = some.filter((one) => one.table === table).map(({ alone }) => alone);
			const chains = new Set(rules.flatMap(chainsIn));
			return [`*${table}`, ...[...chains].map((chain) => `:${chain} - [0:0]`), ...rules, "COMMIT\n"].join("\n");
		})
		.join("");
}

/** User-defined chains of a rule: its own, and the one it jumps to. */
function chainsIn(rule: string): readonly string[] {
	const names = [...rule.matchAll(/(?:^-A| -[jg]) (\S+)/g)].map(([, name = ""]) => name);
	return names.filter((name) => name.startsWith("KUBE-"));
}

const NAMES_A_LINE = /\bline:? \d/;

/** Whether a program loads rules, so that its failure may be due to one of them. */
export function loadsRules(program: string): boolean {
	return /^ip6?tables.*-restore$/.test(program);
}
