const QUOTE = 34;
const BACKSLASH = 92;

/**
 * The words of a line, as they were written: with the quotes around them, separated by blanks. A quote that nobody
 * closes takes the rest of the line.
 */
export function splitWords(line: string): readonly string[] {
	const words: string[] = [];
	let quote = line.indexOf('"');
	for (let at = 0; at < line.length; ) {
		const blank = line.indexOf(" ", at);
		let end = blank < 0 ? line.length : blank;
		if (quote >= 0 && quote < end) {
			end = endOfQuotedWord(line, quote);
			quote = line.indexOf('"', end);
		}
		if (end > at) words.push(line.slice(at, end));
		at = end + 1;
	}
	return words;
}

/** Where the word ends whose first quote stands at `start`; quotes may begin and end inside a word. */
function endOfQuotedWord(line: string, start: number): number {
	let at = endOfQuotes(line, start);
	while (at < line.length && line[at] !== " ") at = line.charCodeAt(at) === QUOTE ? endOfQuotes(line, at) : at + 1;
	return at;
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

/** A word without its quotes; inside them a backslash takes the next character as it is. */
export function unquote(word: string): string {
	if (word.charCodeAt(0) !== QUOTE) return word;
	const inside = word.slice(1, word.endsWith('"') && word.length > 1 ? -1 : undefined);
	return inside.includes("\\") ? inside.replace(/\\(.)/g, "$1") : inside;
}
