const BLANK = 32;
const QUOTE = 34;
const BACKSLASH = 92;

/**
 * The words of a line, as they were written: with their quotes, separated by blanks. As for the tools, a word ends
 * behind its closing quote. A quote that nobody closes takes the rest of the line.
 */
export function splitWords(line: string): readonly string[] {
	const words: string[] = [];
	let quote = line.indexOf('"');
	let blank = line.indexOf(" ");
	for (let at = 0; at < line.length; ) {
		if (blank >= 0 && blank < at) blank = line.indexOf(" ", at);
		let end = blank < 0 ? line.length : blank;
		if (quote >= 0 && quote < end) {
			end = endOfQuotes(line, quote);
			quote = line.indexOf('"', end);
		}
		if (end > at) words.push(line.slice(at, end));
		at = line.charCodeAt(end) === BLANK ? end + 1 : end;
	}
	return words;
}

/** Behind the closing quote; a backslash protects the character after it. */
function endOfQuotes(line: string, start: number): number {
	let at = start + 1;
	while (at < line.length) {
		const code = line.charCodeAt(at);
		if (code === QUOTE) return at + 1;
		at += code === BACKSLASH ? 2 : 1;
	}
	return line.length;
}

/** A word without its quotes, which may begin inside it; within them a backslash takes the next character as it is. */
export function unquote(word: string): string {
	const start = word.indexOf('"');
	if (start < 0) return word;
	const isClosed = word.length > start + 1 && word.charCodeAt(word.length - 1) === QUOTE;
	const inside = word.slice(start + 1, isClosed ? -1 : undefined);
	return word.slice(0, start) + (inside.includes("\\") ? inside.replace(/\\(.)/gs, "$1") : inside);
}
