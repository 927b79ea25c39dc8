import { printable } from "../../printable.ts";

/** Longer lines are broken where there is a blank. */
const WIDTH = 50;

/** More of a text does not help somebody who looks at a picture. */
const LONGEST = 240;

/**
 * Text for a picture: lines of moderate length, without those that are empty. Characters that are not seen, or that change
 * how others are seen, are written out as `\u{202e}`; names come from outside.
 */
export function labelLines(texts: readonly string[]): readonly string[] {
	return texts.filter((text) => text !== "").flatMap((text) => broken(printable(shortened(text))));
}

function shortened(text: string): string {
	const characters = [...text.slice(0, LONGEST + 1)];
	return characters.length <= LONGEST ? text : `${characters.slice(0, LONGEST - 1).join("")}…`;
}

function broken(text: string): readonly string[] {
	const lines: string[] = [];
	for (const word of text.split(" ")) {
		const last = lines.at(-1);
		if (last !== undefined && last.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
		else lines.push(word);
	}
	return lines.filter((line) => line !== "");
}
