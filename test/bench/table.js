// @ts-check

/**
 * A plain-text table: the first column to the left, the others to the right.
 *
 * @param {readonly (readonly string[])[]} rows the first one is the head
 */
export function printTable(rows) {
	const columns = Math.max(...rows.map((row) => row.length));
	const widths = Array.from({ length: columns }, (_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
	const lines = rows.map((row) =>
		row
			.map((cell, at) => pad(cell, widths[at] ?? 0, at === 0))
			.join("  ")
			.trimEnd(),
	);
	return `${lines.join("\n")}\n`;
}

/**
 * @param {string} cell
 * @param {number} width
 * @param {boolean} isLeft
 */
function pad(cell, width, isLeft) {
	return isLeft ? cell.padEnd(width) : cell.padStart(width);
}
