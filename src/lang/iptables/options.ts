/** Long names of a rule's own options. */
const LONG_OPTIONS: ReadonlyMap<string, string> = new Map([
	["--match", "-m"],
	["--jump", "-j"],
	["--goto", "-g"],
	["--source", "-s"],
	["--src", "-s"],
	["--destination", "-d"],
	["--dst", "-d"],
	["--in-interface", "-i"],
	["--out-interface", "-o"],
	["--protocol", "-p"],
	["--fragment", "-f"],
	["--set-counters", "-c"],
]);

const DASH = 45;

/** Letters of a rule's own options: -m, -j … */
const LETTERS = [...LONG_OPTIONS.values()].join("");

/** Whether a word is an option of a rule itself: where one begins, the options of a match or target end. Hot: most words are none. */
function isOwnOption(word: string): boolean {
	if (word.charCodeAt(0) !== DASH) return false;
	return word.length === 2 ? word !== "--" && LETTERS.includes(word.charAt(1)) : LONG_OPTIONS.has(word);
}

/** The short name of a rule's own option; any other word as it is. */
export function shortName(word: string): string {
	return word.length > 2 && word.charCodeAt(1) === DASH ? (LONG_OPTIONS.get(word) ?? word) : word;
}

/** Options whose value is any text, which may look like an option: without a blank in it, nothing quotes it. */
const TEXT_OPTIONS: ReadonlySet<string> = new Set(["--comment", "--log-prefix", "--nflog-prefix"]);

/** Options of the protocol, which may stand behind any match. */
const PORT_OPTIONS: ReadonlySet<string> = new Set(["--dport", "--destination-port", "--sport", "--source-port"]);

/** Matches that have such options themselves. */
export const PORT_MATCHES: ReadonlySet<string> = new Set(["tcp", "udp", "sctp", "udplite", "dccp"]);

/** Options of a match go on until one of the rule itself begins. */
export function endOfOptions(words: readonly string[], start: number): number {
	let at = start;
	while (at < words.length) {
		const word = words[at] ?? "";
		if (isOwnOption(word) && !TEXT_OPTIONS.has(words[at - 1] ?? "")) return at;
		if (word === "!" && isOwnOption(words[at + 1] ?? "")) return at;
		at++;
	}
	return at;
}

/** Where the options of the protocol begin among those of a match; the end when there are none. */
export function endBeforePorts(words: readonly string[], start: number, end: number): number {
	for (let at = start; at < end; at++) {
		const isText = TEXT_OPTIONS.has(words[at - 1] ?? "");
		if (!isText && PORT_OPTIONS.has(words[at] ?? "")) return at > start && words[at - 1] === "!" ? at - 1 : at;
	}
	return end;
}
