/** Long names of a rule's own options. */
export const LONG_OPTIONS: ReadonlyMap<string, string> = new Map([
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

/** Options of a rule itself: where one begins, the options of a match or target end. */
const OWN_OPTIONS: ReadonlySet<string> = new Set([...LONG_OPTIONS.keys(), ...LONG_OPTIONS.values()]);

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
		if (OWN_OPTIONS.has(word) && !TEXT_OPTIONS.has(words[at - 1] ?? "")) return at;
		if (word === "!" && OWN_OPTIONS.has(words[at + 1] ?? "")) return at;
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
