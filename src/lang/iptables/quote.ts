/** Characters that restore text takes as a word of their own accord. */
const PLAIN_IN_RESTORE = /^[A-Za-z0-9_.,:/@%+=[\]-]+$/;

/** Characters for which iptables-save 1.8.9 leaves out the quotes. */
const PLAIN_IN_SAVE = /^[A-Za-z0-9_-]+$/;

/** What no quoting can carry: a newline ends the rule, other control characters end up in terminals. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const UNPRINTABLE = /[\x00-\x1f\x7f]/;

/** A word of restore text as kube-proxy writes it: in quotes only when it needs them. */
export function quoteForRestore(text: string): string {
	return PLAIN_IN_RESTORE.test(text) ? text : quoted(text, /["\\]/g);
}

/** A word as iptables-save prints it: in quotes unless it has only letters, digits, `_` and `-`; `'` is escaped too. */
export function quoteForSave(text: string): string {
	return PLAIN_IN_SAVE.test(text) ? text : quoted(text, /["\\']/g);
}

function quoted(text: string, escaped: RegExp): string {
	if (UNPRINTABLE.test(text)) {
		throw new Error(`internal error: a control character cannot go into a rule: ${JSON.stringify(text)}`);
	}
	return `"${text.replace(escaped, "\\$&")}"`;
}
