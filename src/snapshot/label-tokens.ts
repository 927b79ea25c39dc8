/** Why a text is no label selector. */
export interface SelectorProblem {
	/** Where, what was expected there, and what was found. */
	readonly message: string;
}

/** A word or sign of a label selector. */
export interface Token {
	/** Empty: the end. */
	readonly text: string;
	/** Of its first character, from 1. */
	readonly column: number;
	/** No sign and not the end. */
	readonly isWord: boolean;
}

/** Goes through the tokens of a text; at the end the last one comes again and again. */
export interface Cursor {
	readonly peek: () => Token;
	readonly take: () => Token;
}

/** Cuts a label selector into words and signs. */
export function cursorOf(text: string): Cursor {
	const tokens = [...text.matchAll(/==|!=|[=!(),<>]|[^=!(),<> \t\r\n]+/g)];
	let next = 0;
	const peek = (): Token => {
		const match = tokens[next];
		if (match === undefined) return { text: "", column: text.length + 1, isWord: false };
		const [found] = match;
		return { text: found, column: match.index + 1, isWord: !/[=!(),<>]/.test(found) };
	};
	const take = (): Token => {
		const token = peek();
		next += 1;
		return token;
	};
	return { peek, take };
}

/** Something else was expected there. */
export function unexpected({ text, column }: Token, expected: string): SelectorProblem {
	const found = text === "" ? "the end" : JSON.stringify(text);
	return { message: `expected ${expected} at character ${column}, found ${found}` };
}
