import { ALTERATIONS } from "./diff-alterations.ts";
import { type Line, type Lines, linesOf, textOf } from "./diff-lines.ts";
import { pick, type Random } from "./diff-random.ts";

/** A text that differs from another in one place. */
export interface Mutation {
	readonly kind: MutationKind;
	readonly text: string;
	/** Whether packets fare as before, by what this kind of mutation is. */
	readonly isEqual: boolean;
	/** The line that was dropped or changed, as it was. */
	readonly line: string;
}

/** What is done to a rule. */
export type MutationKind = keyof typeof KINDS;

/** Every kind: the texts that it can make of some lines, at the rule with an index; none when it does not apply. */
const KINDS = {
	"dropped rule": { isEqual: false, apply: drop },
	"altered match or target": { isEqual: false, apply: alter },
	"swapped rules whose order matters": { isEqual: false, apply: swapOrdered },
	"repeated rule that takes a part at random": { isEqual: false, apply: repeatRandom },
	"swapped disjoint rules": { isEqual: true, apply: swapDisjoint },
	"repeated rule that takes all": { isEqual: true, apply: repeatFinal },
	"other comment": { isEqual: true, apply: otherComment },
} as const satisfies Record<string, { isEqual: boolean; apply: Apply }>;

type Apply = (lines: Lines, at: number, random: Random) => Lines | undefined;

/** The kinds of mutations, by name. */
export const MUTATION_KINDS = Object.keys(KINDS) as readonly MutationKind[];

/** Changes one rule of a text; undefined when there is no rule for this kind of change. */
export function mutation(text: string, kind: MutationKind, random: Random): Mutation | undefined {
	const lines = linesOf(text);
	const rules = lines.flatMap(({ chain }, at) => (chain === undefined ? [] : [at]));
	const { isEqual, apply } = KINDS[kind];
	for (let attempt = 0; attempt < 40; attempt++) {
		const at = pick(random, rules);
		const changed = at === undefined ? undefined : apply(lines, at, random);
		if (changed === undefined || at === undefined) continue;
		return { kind, isEqual, text: textOf(changed), line: lines[at]?.text ?? "" };
	}
	return undefined;
}

/** Not one of several that say the same: the others do what it did. */
function drop(lines: Lines, at: number): Lines | undefined {
	const same = lines.filter((line) => line.table === lines[at]?.table && bodyOf(line) === bodyOf(lines[at]));
	return same.length > 1 ? undefined : lines.toSpliced(at, 1);
}

const COMMENT = /-m comment --comment (?:"[^"]*"|[^" ]+)(?: |$)/;

function bodyOf(line: Line | undefined): string | undefined {
	return line?.text.replace(COMMENT, "");
}

function alter(lines: Lines, at: number, random: Random): Lines | undefined {
	const line = lines[at];
	const [before = "", after = before] = pick(random, ALTERATIONS)?.(line?.text ?? "", random) ?? [];
	return line === undefined || before === after ? undefined : lines.with(at, { ...line, text: after });
}

/** The next rule of the same chain. */
function following(lines: Lines, at: number): Line | undefined {
	const [line, next] = [lines[at], lines[at + 1]];
	return next?.chain !== undefined && next.chain === line?.chain ? next : undefined;
}

function swapped(lines: Lines, at: number, isMeant: (one: string, other: string) => boolean): Lines | undefined {
	const [line, next] = [lines[at], following(lines, at)];
	if (line === undefined || next === undefined || !isMeant(line.text, next.text)) return undefined;
	return lines.with(at, next).with(at + 1, line);
}

/** Two of the endpoints of a Service, the second of what the first left; or a mark and the DNAT that ends the chain. */
function swapOrdered(lines: Lines, at: number): Lines | undefined {
	const isRandom = (text: string): boolean => text.includes("--probability");
	return swapped(
		lines,
		at,
		(one, other) =>
			(isRandom(one) && isRandom(other)) || (one.endsWith("-j KUBE-MARK-MASQ") && other.includes("-j DNAT")),
	);
}

function swapDisjoint(lines: Lines, at: number): Lines | undefined {
	return swapped(lines, at, (one, other) => {
		const [host, port] = [/ (?<!! )-d (\S+\/(?:32|128)) /, / -p (\w+) .*--dport (\d+) /];
		return (
			differ(host.exec(one)?.[1], host.exec(other)?.[1]) ||
			differ(port.exec(one)?.slice(1).join(), port.exec(other)?.slice(1).join())
		);
	});
}

function differ(one: string | undefined, other: string | undefined): boolean {
	return one !== undefined && other !== undefined && one !== other;
}

function repeatFinal(lines: Lines, at: number): Lines | undefined {
	const line = lines[at];
	const isFinal = / -j (?:ACCEPT|DROP|REJECT|RETURN|DNAT|MASQUERADE)\b/.test(line?.text ?? "");
	return line === undefined || !isFinal || line.text.includes("statistic") ? undefined : lines.toSpliced(at, 0, line);
}

function repeatRandom(lines: Lines, at: number): Lines | undefined {
	const line = lines[at];
	return line?.text.includes("--probability") ? lines.toSpliced(at, 0, line) : undefined;
}

/** Another one, or none. */
function otherComment(lines: Lines, at: number, random: Random): Lines | undefined {
	const line = lines[at];
	if (line === undefined || !line.text.includes("--comment")) return undefined;
	const comment = random() < 0.5 ? "" : '-m comment --comment "somebody else\'s/words: 1" ';
	return lines.with(at, { ...line, text: line.text.replace(COMMENT, comment).trimEnd() });
}
