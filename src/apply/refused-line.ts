import { calledChain, indexTables } from "../diff/iptables/chain-index.ts";
import { findOwners, OTHERS } from "../diff/owner.ts";
import { isKubeProxyChain, isServiceChain } from "../kube/chains.ts";
import { parseIptables } from "../lang/iptables/parse.ts";
import { rulePrinter } from "../lang/iptables/print.ts";
import type { Rule, Table } from "../lang/iptables/ruleset.ts";
import { splitWords, unquote } from "../lang/iptables/words.ts";
import type { NodeState } from "../lang/node-state.ts";

/** A line of a restore text that the kernel refused. */
export interface RefusedLine {
	/** From 1. */
	readonly number: number;
	readonly text: string;
	/** The service port that it belongs to, or `shared` (SHARED of diff/owner.ts); undefined: nobody can tell. */
	readonly owner: string | undefined;
	/**
	 * For a chain that is to be deleted: rules in chains of others that lead there, in order, each as the arguments with which
	 * iptables deletes it: `-t nat -D MINE … -j KUBE-SVC-…`.
	 */
	readonly callers: readonly (readonly string[])[];
}

/** The line that a failed iptables-restore names: `line 4 failed` (legacy), `line 4: RULE_APPEND failed …` (nft). */
export function namedLine(text: string, stderr: string): number | undefined {
	const number = Number(/\bline:? (\d+)/.exec(stderr)?.[1] ?? 0);
	const line = text.split("\n")[number - 1];
	// COMMIT only says that one of the lines before was refused.
	return line === undefined || line === "COMMIT" ? undefined : number;
}

/** The first line that deletes a chain to which rules of others lead; undefined: there is none. */
export function undeletableLine(text: string, live: NodeState): number | undefined {
	let table = "";
	for (const [index, line] of text.split("\n").entries()) {
		if (line.startsWith("*")) table = line.slice(1);
		if (line.startsWith("-X ") && callersOf(line.slice(3), table, live).length > 0) return index + 1;
	}
	return undefined;
}

/**
 * Says whose a line is.
 *
 * @param number of the line in the text, from 1
 * @param live what the node had before the text was to be loaded
 */
export function refusedLine(text: string, number: number, live: NodeState): RefusedLine {
	const lines = text.split("\n");
	const line = lines[number - 1] ?? "";
	const table =
		lines
			.slice(0, number)
			.findLast((one) => one.startsWith("*"))
			?.slice(1) ?? "";
	const callers = line.startsWith("-X ") ? callersOf(line.slice(3), table, live) : [];
	return { number, text: line, owner: ownerOf(line, table, [tablesIn(text), live.iptables ?? []]), callers };
}

function ownerOf(line: string, table: string, sides: readonly (readonly Table[])[]): string | undefined {
	const owners = findOwners(sides.map(indexTables));
	const rule = tablesIn(`*${table}\n${line}\nCOMMIT\n`)[0]?.rules[0];
	const [, chain = ""] = /^(?::|-[XNF] )(\S+)/.exec(line) ?? /^-D (\S+) \d+$/.exec(line) ?? [];
	// Of a rule that has only a number, nobody knows more than its chain does.
	const isNumbered = line.startsWith("-D ") && !isServiceChain(chain);
	const owner = rule === undefined ? owners.ofChain(isNumbered ? "" : chain) : owners.ofRule(rule);
	// A chain that no rule names has its own name for an owner.
	return owner === OTHERS || isKubeProxyChain(owner) ? undefined : owner;
}

/** Rules and chains of a restore text; it matters not which rules are added and which are deleted. */
function tablesIn(text: string): readonly Table[] {
	const lines = text.split("\n").map((line) => line.replace(/^-[IDR] (\S+) (?:\d+ )?(?=-)/, "-A $1 "));
	const kept = lines.filter((line) => /^(?:[*:]|-A |COMMIT$)/.test(line));
	return parseIptables(`${kept.join("\n")}\n`, "save").sections.flatMap(({ tables }) => tables);
}

function callersOf(chain: string, table: string, live: NodeState): RefusedLine["callers"] {
	const print = rulePrinter(live.family, "save");
	const leadsThere = (rule: Rule): boolean => calledChain(rule) === chain && !isKubeProxyChain(rule.chain);
	const tables = (live.iptables ?? []).filter(({ name }) => name === table);
	return tables.flatMap(({ rules }) =>
		rules.filter(leadsThere).map((rule) => {
			const [, ...words] = splitWords(print(rule)).map(unquote);
			return ["-t", table, "-D", ...words];
		}),
	);
}
