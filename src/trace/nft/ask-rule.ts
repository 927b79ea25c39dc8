import { ruleText } from "../../lang/nft/print-rule.ts";
import type { Element, Rule } from "../../lang/nft/table.ts";
import { type NumberedRule, type Reaction, unknownMatch } from "../chain.ts";
import { doubt } from "../effect.ts";
import { type Flow, type Journey, withOpenQuestion } from "../flow.ts";
import type { Chance, Place } from "../packet.ts";
import { type Done, destined, done, obeyed } from "./act.ts";
import { chanceOf, isTest } from "./chance.ts";
import type { Containers } from "./containers.ts";
import { type Followed, followedStatements, isWithoutEffect } from "./foreign.ts";
import { type Choice, type LookUp, lookUp } from "./look-up.ts";
import { markAfter } from "./mark.ts";

/** Makes a rule of nftables ready to be asked: its statements are gone through one by one. */
export function ruleAsker(rule: Rule, containers: Containers): NumberedRule["ask"] {
	const statements = followedStatements(rule.statements);
	return (flow, journey, place) => {
		const reactions = run({ rule, statements, containers, journey, place }, 0, flow);
		const [only, ...more] = reactions;
		return more.length === 0 && only?.kind === "passes" && only.flow === flow ? undefined : reactions;
	};
}

interface Run {
	readonly rule: Rule;
	readonly statements: readonly Followed[];
	readonly containers: Containers;
	readonly journey: Journey;
	readonly place: Place;
}

/** Goes on with the statement at an index. */
function run(context: Run, start: number, given: Flow): readonly Reaction[] {
	const { statements, containers, journey, place } = context;
	let flow = given;
	for (let index = start; index < statements.length; index++) {
		const statement = statements[index];
		if (statement === undefined || isWithoutEffect(statement)) continue;
		const chance = chanceOf(statement, { flow, journey, place }, containers);
		if (chance === 0) return [{ kind: "passes", flow }];
		if (chance !== 1) return maybe(context, { index, flow, chance });
		switch (statement.kind) {
			case "match":
			case "family":
			case "syn":
				continue;
			case "set-mark":
			case "new-mark":
				flow = { ...flow, mark: markAfter(statement, flow.mark) };
				continue;
			case "vmap":
			case "dnat-map":
				return choose(context, { index, flow, statement });
			default:
				return [acts(context.rule, done(statement, flow, journey, place))];
		}
	}
	// Rules that only change the mark are told from those that only count.
	const kind = statements.some((one) => one.kind === "set-mark" || one.kind === "new-mark") ? "mark" : "continue";
	return [acts(context.rule, { action: kind, act: { kind }, effect: { kind: "continue", flow } })];
}

function acts(rule: Rule, what: Done, element?: Element): Reaction {
	return { kind: "acts", nft: { rule, element }, ...what };
}

interface Position {
	readonly index: number;
	readonly flow: Flow;
}

/** A test of which only the chance is known, or not even that. */
function maybe(context: Run, { index, flow, chance }: Position & { readonly chance: Chance }): readonly Reaction[] {
	if (chance === undefined) {
		const matters = context.statements.slice(index + 1).some((one) => !isTest(one) && !isWithoutEffect(one));
		return [matters ? asks(context, index, flow) : { kind: "passes", flow: withOpenQuestion(flow) }];
	}
	const { probability } = flow;
	return [
		...run(context, index + 1, { ...flow, probability: probability * chance }),
		{ kind: "passes", flow: { ...flow, probability: probability * (1 - chance) } },
	];
}

function asks(context: Run, index: number, flow: Flow): Reaction {
	const text = ruleText(context.rule, "listing");
	return {
		kind: "asks",
		flow,
		place: index,
		doubt: unknownMatch(text),
		yes: (matched) => run(context, index + 1, matched),
	};
}

/** All that may be found in a map, and that nothing is. */
function choose(
	context: Run,
	{ index, flow, statement }: Position & { readonly statement: LookUp },
): readonly Reaction[] {
	const { containers, journey, place } = context;
	const choices = lookUp(statement, { flow, journey, place }, containers);
	if (choices === "unknown") {
		const reason = `what this rule finds in its map is not known: ${ruleText(context.rule, "listing")}`;
		return [acts(context.rule, { action: "vmap", act: { kind: "other" }, effect: doubt(flow, reason) })];
	}
	const { probability } = flow;
	const missed = 1 - choices.reduce((sum, { chance }) => sum + chance, 0);
	const ways = choices.flatMap((choice) => {
		const part = choice.chance === 1 ? flow : { ...flow, probability: probability * choice.chance };
		return follow(context, index, part, choice);
	});
	if (missed < NOTHING) return ways;
	return [
		...ways,
		{ kind: "passes", flow: choices.length === 0 ? flow : { ...flow, probability: probability * missed } },
	];
}

/** Sums of fractions are not exact. */
const NOTHING = 1e-12;

function follow(context: Run, index: number, flow: Flow, { found, element }: Choice): readonly Reaction[] {
	if (found.kind === "continue") return run(context, index + 1, flow);
	const what = found.kind === "dnat" ? destined(found.to, flow) : obeyed(found, flow);
	return [acts(context.rule, what, element)];
}
