/** An explanation's text without what other tests compare: what looks wrong, and what is good to know. */
export function withoutFindings(text: string): string {
	return text.replace(/\n\nWhat looks wrong\n(?: .*\n)+/, "\n").replace(/\n\nGood to know\n[\s\S]*$/, "");
}
