/** A run of a program, as a value. */
export interface Command {
	readonly program: string;
	readonly args: readonly string[];
	readonly stdin?: string;
}

/** A command as a line for a shell: words with anything but plain characters are quoted. The standard input is not shown. */
export function printCommand({ program, args }: Command): string {
	return [program, ...args].map(quoteForShell).join(" ");
}

function quoteForShell(word: string): string {
	return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
