/** What no quoting can carry: nft has no escapes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const UNQUOTABLE = /["\x00-\x1f\x7f]/;

/** A text in quotes. Throws for what cannot stand in them: it would end the text early and become a command. */
export function quote(text: string): string {
	if (UNQUOTABLE.test(text))
		throw new Error(`internal error: this cannot go into an nft text: ${JSON.stringify(text)}`);
	return `"${text}"`;
}
