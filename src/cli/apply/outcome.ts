import type { Outcome } from "../../apply/apply.ts";
import type { Blame } from "../../apply/bisect.ts";
import type { FailedCommand } from "../../apply/execute.ts";
import { groupBy } from "../../diff/lists/group-by.ts";
import { OTHERS, SHARED } from "../../diff/owner.ts";
import { list, plural } from "../../diff/words.ts";
import { printCommand } from "../../lang/command.ts";
import { Trouble } from "../../trouble.ts";
import { say, type Voice } from "../output/terminal.ts";

/**
 * Tells how it went.
 *
 * @throws Trouble when the rules are not what they should be
 */
export function tellOutcome(
	{ failed, skipped, left, rollback, blame, unread }: Outcome,
	count: number,
	voice: Voice,
): void {
	tellSkipped(skipped, voice);
	if (unread !== undefined) {
		const then = "the node could not be read again: each table has its old rules or its new ones; run it again";
		throw new Trouble(failed === undefined ? unread : told(failed), [...(failed === undefined ? [] : [unread]), then]);
	}
	if (failed === undefined && left.length === 0) {
		say(voice, "note", `done: ${plural(count - skipped.length, "command")}, and the node has what it should have`);
		return;
	}
	const after = wordsOfRollback(rollback);
	if (failed !== undefined) {
		const { command, purpose } = failed.planned;
		throw new Trouble(`${purpose}: ${told(failed)}`, [...blamed(blame, command.program), after]);
	}
	throw new Trouble(`the node was read again and is not what it should be: what differs is ${differing(left)}`, [
		"somebody else may be changing rules at the same time",
		after,
	]);
}

/** A program that is not there fails at each call in the same way: said once. */
function tellSkipped(skipped: readonly FailedCommand[], voice: Voice): void {
	for (const [reason, all] of groupBy(skipped, ({ reason }) => reason)) {
		const [first] = all;
		if (first === undefined) continue;
		const others = all.length === 1 ? "" : ` (and ${plural(all.length - 1, "command")} more)`;
		say(voice, "warning", `not done: ${first.planned.purpose}: ${told({ planned: first.planned, reason })}${others}`);
	}
}

function told({ planned, reason }: FailedCommand): string {
	const said = firstOf(reason).replaceAll(/\s+/g, " ");
	return `${printCommand({ program: planned.command.program, args: planned.command.args })}: ${said}`;
}

/** nft tells of each line that it refuses, with the line and with carets below the place that it means. */
function firstOf(reason: string): string {
	const [first = "", ...more] = reason.split(/^(?=\/dev\/stdin:\d)/m);
	if (!first.includes("/dev/stdin:")) return reason;
	const [line = ""] = first.split("\n");
	return more.length === 0 ? line : `${line} (and ${plural(more.length, "line")} more)`;
}

function differing(left: Outcome["left"]): string {
	const owners = new Set(left.flatMap(({ services }) => services.map(({ servicePort }) => servicePort)));
	return list([...owners].map(ownerWords));
}

function ownerWords(owner: string): string {
	if (owner === SHARED) return "rules that all Services share";
	return owner === OTHERS ? "rules of others" : `Service ${owner}`;
}

/** Whose the line is that was refused, and what may be done about it. */
function blamed(blame: Blame | undefined, program: string): readonly string[] {
	if (blame === undefined) return [];
	if (blame.kind === "unknown") return [blame.reason];
	const { number, owner, text, callers } = blame.line;
	const whose = owner === undefined ? "" : `, which belongs to ${ownerWords(owner)}`;
	const iptables = program.replace(/-restore$/, "");
	const removals = callers.map((args) => printCommand({ program: iptables, args }));
	return [
		`line ${number}${whose}: ${text}`,
		...(removals.length === 0 ? [] : ["a chain stays while rules of others lead there; these commands remove them:"]),
		...removals,
	];
}

/** What became of the rules from before. */
export function wordsOfRollback(rollback: Outcome["rollback"]): string {
	if (rollback === "not-needed") return "nothing had been changed";
	if (rollback === "equal") return "the rules that were loaded mean the same as those before, and stay";
	if (rollback === "done") return "the rules are what they were before";
	return `and the rules could not be put back either: ${told(rollback)}`;
}
