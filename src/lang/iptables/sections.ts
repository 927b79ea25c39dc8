import type { Family } from "../../net/ip.ts";
import type { Dialect } from "./dialect.ts";
import { familyOfRule, type Header } from "./header.ts";
import type { RuleContext } from "./parse-context.ts";
import type { Chain, Rule, Table } from "./ruleset.ts";

/** What one run of iptables-save printed, or one text for iptables-restore. */
export interface Section {
	/** From its comment line, else from the addresses in it; undefined when nothing tells. */
	readonly family: Family | undefined;
	/** Which of the two programs called iptables printed it; undefined when it does not say. */
	readonly variant: "legacy" | "nft" | undefined;
	readonly dialect: Dialect;
	/** The line where it begins, from 1. */
	readonly line: number;
	readonly tables: readonly Table[];
}

/** A line that cannot be read. */
export interface LineProblem {
	/** From 1. */
	readonly line: number;
	/** What was expected, what was found. */
	readonly message: string;
}

/** A text on its way: what has been read of it. */
export interface Reader {
	readonly dialect: Dialect;
	readonly sections: SectionDraft[];
	readonly problems: LineProblem[];
	table: TableDraft | undefined;
	/** The comment line of a tool since the last table. */
	header: Header | undefined;
}

interface SectionDraft {
	readonly line: number;
	readonly family: Family | undefined;
	readonly variant: Section["variant"];
	readonly tables: TableDraft[];
	readonly names: Set<string>;
}

/** A table on its way. */
export interface TableDraft {
	readonly name: string;
	readonly line: number;
	readonly chains: Map<string, Chain>;
	readonly rules: Rule[];
	readonly context: RuleContext;
	/** The chain of the rule before: the next one is mostly of the same. */
	chain: string | undefined;
}

/** Before the first line. */
export function newReader(dialect: Dialect): Reader {
	return { dialect, sections: [], problems: [], table: undefined, header: undefined };
}

/** Notes a line that cannot be read; its number is from 1. */
export function report({ problems }: Reader, line: number, message: string): void {
	problems.push({ line, message });
}

const LONGEST_QUOTE = 60;

/** A line for a message: quoted, and not longer than a glance. */
export function cut(line: string): string {
	return JSON.stringify(line.length <= LONGEST_QUOTE ? line : `${line.slice(0, LONGEST_QUOTE)}...`);
}

/** A line `*nat`. */
export function startTable(reader: Reader, name: string, number: number): void {
	finishTable(reader, number - 1);
	if (!/^[a-z]+$/.test(name)) {
		report(reader, number, `expected the name of a table, got ${cut(name)}`);
		return;
	}
	const section = sectionFor(reader, name, number);
	const chains = new Map<string, Chain>();
	reader.table = {
		name,
		line: number,
		chains,
		rules: [],
		context: { dialect: reader.dialect, isChain: (chain) => chains.has(chain) },
		chain: undefined,
	};
	section.tables.push(reader.table);
	section.names.add(name);
}

/** The section of the table before, unless another run begins there. */
function sectionFor(reader: Reader, table: string, number: number): SectionDraft {
	const { sections, header } = reader;
	const last = sections.at(-1);
	reader.header = undefined;
	// The tool writes its comment line before every table, and no table twice.
	const isOther = header !== undefined && (header.family !== last?.family || header.variant !== last.variant);
	if (last !== undefined && !isOther && !last.names.has(table)) return last;
	const { line = number, family, variant = header === undefined ? last?.variant : undefined } = header ?? {};
	const section: SectionDraft = { line, family, variant, tables: [], names: new Set() };
	sections.push(section);
	return section;
}

/** A line `COMMIT`. */
export function commit(reader: Reader, number: number): void {
	if (reader.table === undefined) report(reader, number, "expected a table before COMMIT");
	reader.table = undefined;
}

/** The end of the text, or the beginning of another table, where no COMMIT came. */
export function finishTable(reader: Reader, number: number): void {
	const { table } = reader;
	if (table === undefined) return;
	report(reader, number, `expected COMMIT at the end of table ${table.name}: the text is not complete`);
	reader.table = undefined;
}

/** A section, with the family that its rules tell when nothing else does. */
export function finishSection({ line, family, variant, tables }: SectionDraft, dialect: Dialect): Section {
	return {
		line,
		family: family ?? familyOfTables(tables),
		variant,
		dialect,
		tables: tables.map(({ name, chains, rules }) => ({ name, chains: [...chains.values()], rules })),
	};
}

/** The family of the first rule that tells. */
function familyOfTables(tables: readonly TableDraft[]): Family | undefined {
	for (const { rules } of tables) {
		for (const rule of rules) {
			const family = familyOfRule(rule);
			if (family !== undefined) return family;
		}
	}
	return undefined;
}
