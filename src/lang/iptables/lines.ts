/** A text that grows line by line. */
export interface Lines {
	/** Lines put together, in groups. */
	readonly groups: string[];
	/** Those after the last group. */
	last: string[];
}

/** How many lines are put together at a time. */
const LINES_AT_ONCE = 100;

/** A text without lines. */
export function newLines(): Lines {
	return { groups: [], last: [] };
}

/** Adds a line, with its newline. A line is many small strings until it is joined; joined soon, these never get old. */
export function addLine(lines: Lines, line: string): void {
	lines.last.push(line);
	if (lines.last.length >= LINES_AT_ONCE) putTogether(lines);
}

/** All lines, in pieces of a text. */
export function groupsOf(lines: Lines): readonly string[] {
	putTogether(lines);
	return lines.groups;
}

function putTogether(lines: Lines): void {
	lines.groups.push(lines.last.join(""));
	lines.last = [];
}
