import { isIPv4, isIPv6 } from "node:net";
import { BODIES, type TextDialect } from "./rule-bodies.ts";

const BUILT_IN: Readonly<Record<string, readonly string[]>> = {
	mangle: ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
	filter: ["INPUT", "FORWARD", "OUTPUT"],
	nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
};

const CHAIN =
	/^(?:KUBE-(?:SERVICES|EXTERNAL-SERVICES|FORWARD|NODEPORTS|PROXY-FIREWALL|FIREWALL|POSTROUTING|MARK-MASQ|PROXY-CANARY)|KUBE-(?:SVC|SVL|EXT|FW|SEP)-[A-Z2-7]{16})$/;

/** How text is to be looked at. */
export interface GrammarOptions {
	readonly dialect: TextDialect;
	/** Exactly this family's addresses; absent: those of either. */
	readonly family?: "ipv4" | "ipv6";
}

interface State {
	readonly options: GrammarOptions;
	readonly findings: string[];
	table: string | undefined;
	readonly chains: Set<string>;
	readonly targets: Set<string>;
}

/**
 * What kube-proxy would never have written, line by line; empty for a text that is all right.
 *
 * Written from the captures and on purpose without any of `src`: every line has to be of a known form, word for word,
 * chains have to be declared, addresses and numbers have to be in range.
 */
export function refusedLines(text: string, options: GrammarOptions): readonly string[] {
	const state: State = { options, findings: [], table: undefined, chains: new Set(), targets: new Set() };
	const lines = text.split("\n");
	if (lines.pop() !== "") state.findings.push("the text does not end in a newline");
	for (const line of lines) readLine(state, line);
	if (state.table !== undefined) state.findings.push(`table ${state.table} has no COMMIT`);
	return state.findings;
}

/** Texts of one stream, as `--ip-family dual` prints them: each behind a comment line with its tool. */
export function partsOf(stream: string): readonly { readonly family: "ipv4" | "ipv6"; readonly text: string }[] {
	const parts = stream.split(/^# (?=ip6?tables-(?:save|restore -w 5 --noflush --counters)$)/m);
	const [before, ...rest] = parts;
	if (before !== "") throw new Error(`text before the first tool: ${JSON.stringify(before?.slice(0, 100))}`);
	return rest.map((part) => ({
		family: part.startsWith("ip6") ? "ipv6" : "ipv4",
		text: part.slice(part.indexOf("\n") + 1),
	}));
}

function readLine(state: State, line: string): void {
	if (line.startsWith("*")) openTable(state, line);
	else if (line === "COMMIT") closeTable(state);
	else if (line.startsWith(":")) declare(state, line);
	else readRule(state, line);
}

function openTable(state: State, line: string): void {
	const table = line.slice(1);
	if (state.table !== undefined) refuse(state, line, `table ${state.table} is still open`);
	if (!Object.hasOwn(BUILT_IN, table)) refuse(state, line, "unknown table");
	state.table = table;
}

function closeTable(state: State): void {
	if (state.table === undefined) refuse(state, "COMMIT", "no table is open");
	for (const chain of state.targets) if (!state.chains.has(chain)) refuse(state, chain, "is not declared");
	state.table = undefined;
	state.chains.clear();
	state.targets.clear();
}

function declare(state: State, line: string): void {
	const [, name = "", policy] = /^:(\S+) (-|ACCEPT) \[0:0\]$/.exec(line) ?? [];
	const isBuiltIn = BUILT_IN[state.table ?? ""]?.includes(name) === true;
	const isKnown = isBuiltIn ? policy === "ACCEPT" && state.options.dialect === "save" : policy === "-";
	if (!isKnown || !(isBuiltIn || CHAIN.test(name))) refuse(state, line, "not a known chain");
	if (state.chains.has(name)) refuse(state, line, "declared twice");
	state.chains.add(name);
}

function readRule(state: State, line: string): void {
	const form = BODIES[state.options.dialect].find((candidate) => candidate.test(line));
	if (form === undefined) refuse(state, line, "not a known form of rule");
	const chain = line.split(" ")[1] ?? "";
	if (!state.chains.has(chain)) refuse(state, line, "its chain is not declared");
	const target = / -j (KUBE-\S+)/.exec(line)?.[1];
	if (target !== undefined) state.targets.add(target);
	for (const complaint of wrongValues(form?.exec(line)?.groups ?? {}, state.options.family))
		refuse(state, line, complaint);
}

/** Groups are named `a1`, `n1` … by what they hold. */
function wrongValues(groups: Readonly<Record<string, string | undefined>>, family?: "ipv4" | "ipv6"): string[] {
	return Object.entries(groups).flatMap(([name, value]) => {
		if (value === undefined) return [];
		const isRight = CHECKS[name.replace(/\d+$/, "")]?.(value, family) ?? false;
		return isRight ? [] : `${value} is no ${name}`;
	});
}

type Check = (value: string, family?: "ipv4" | "ipv6") => boolean;

const CHECKS: Readonly<Record<string, Check>> = {
	address: isAddress,
	network: (value, family) => {
		const [address = "", length = ""] = value.split("/");
		return isAddress(address, family) && inRange(length, 0, isIPv4(address) ? 32 : 128);
	},
	destination: (value, family) => {
		const [, host = "", port = ""] = /^(?:\[([^\]]*)\]|([0-9.]+)):(\d+)$/.exec(value)?.filter((part) => part) ?? [];
		return isAddress(host, family) && inRange(port, 1, 65535) && host.includes(":") === value.startsWith("[");
	},
	port: (value) => inRange(value, 1, 65535),
	seconds: (value) => inRange(value, 1, 86400),
	probability: (value) => Number(value) > 0 && Number(value) < 1,
	mark: (value) => {
		const bits = Number(value).toString(2);
		return /^10*$/.test(bits) && bits.length <= 32;
	},
	protocol: (value) => ["tcp", "udp", "sctp"].includes(value),
};

function isAddress(text: string, family?: "ipv4" | "ipv6"): boolean {
	if (family === "ipv4") return isIPv4(text);
	if (family === "ipv6") return isIPv6(text) && !text.includes("%");
	return isIPv4(text) || (isIPv6(text) && !text.includes("%"));
}

function inRange(text: string, least: number, most: number): boolean {
	return /^(?:0|[1-9]\d*)$/.test(text) && Number(text) >= least && Number(text) <= most;
}

function refuse(state: State, line: string, why: string): void {
	state.findings.push(`${why}: ${JSON.stringify(line.slice(0, 300))}`);
}
