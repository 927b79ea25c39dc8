import { aligned } from "../../trace/print/aligned.ts";

/** How many lines of a list are shown. */
const MOST = 20;

/** Names that come from outside may be of any length; what stands last may be a sentence. */
const WIDEST = 60;

/** The first lines of a list, and how many there are more. */
export function folded(lines: readonly string[], isVerbose: boolean): readonly string[] {
	// One line more costs no more than saying that there is one.
	if (isVerbose || lines.length <= MOST + 1) return lines;
	return [...lines.slice(0, MOST), `  … and ${lines.length - MOST} more; --verbose shows all`];
}

/** A titled part of a text; nothing without lines. */
export function section(title: string, lines: readonly string[]): readonly string[] {
	return lines.length === 0 ? [] : [["", title, ...lines].join("\n")];
}

/** A titled list in columns, folded; nothing without rows. Columns without any text are left out. */
export function table(
	title: string,
	heads: readonly string[],
	rows: readonly (readonly string[])[],
	isVerbose: boolean,
): readonly string[] {
	if (rows.length === 0) return [];
	const kept = heads.map((_, at) => at).filter((at) => rows.some((row) => (row[at] ?? "") !== ""));
	const last = kept.at(-1);
	const cells = rows.map((row) => kept.map((at) => (at === last ? (row[at] ?? "") : cut(row[at] ?? ""))));
	const [head = "", ...lines] = aligned([kept.map((at) => heads[at] ?? ""), ...cells]);
	return section(title, [head, ...folded(lines, isVerbose)]);
}

function cut(text: string): string {
	return text.length <= WIDEST ? text : `${text.slice(0, WIDEST - 1)}…`;
}
