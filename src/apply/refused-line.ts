import { nameInComment } from "../kube/comment.ts";
import { parseIptables } from "../lang/iptables/parse.ts";

/** A line of a restore text that the kernel refused. */
export interface RefusedLine {
	/** From 1. */
	readonly number: number;
	readonly text: string;
	/** The service port that it belongs to; undefined: none, or nobody can tell. */
	readonly servicePort: string | undefined;
}

/**
 * The line that a failed iptables-restore names: `line 4 failed` (legacy), `line 4: RULE_APPEND failed … rule in chain`
 * (nft). Undefined when it names none, or COMMIT, which only says that one of the lines before was refused.
 */
export function refusedLine(text: string, stderr: string): RefusedLine | undefined {
	const number = Number(/\bline:? (\d+)/.exec(stderr)?.[1] ?? 0);
	const line = text.split("\n")[number - 1];
	if (line === undefined || line === "COMMIT") return undefined;
	return { number, text: line, servicePort: servicePortOf(line) };
}

/** The service port that a line of a restore text names. */
export function servicePortOf(line: string): string | undefined {
	const { sections } = parseIptables(`*nat\n${line.replace(/^-I (\S+) \d+ /, "-A $1 ")}\nCOMMIT\n`, "save");
	const rule = sections[0]?.tables[0]?.rules[0];
	return rule === undefined ? undefined : nameInComment(rule);
}
