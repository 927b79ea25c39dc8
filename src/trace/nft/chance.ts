import type { Expression, Match, Operand } from "../../lang/nft/statement.ts";
import { statusChance } from "../conntrack.ts";
import type { Chance } from "../packet.ts";
import type { Containers } from "./containers.ts";
import type { Followed } from "./foreign.ts";
import { isMember, numbersIn } from "./member.ts";
import { type Asked, valueFor } from "./value.ts";

/** Whether a statement is a test. */
export function isTest({ kind }: Followed): boolean {
	return kind === "match" || kind === "question" || kind === "never" || kind === "family" || kind === "syn";
}

/** How likely a rule goes on behind a statement, or with it: what is no test, and can be done, is certain. */
export function chanceOf(statement: Followed, asked: Asked, containers: Containers): Chance {
	const { journey } = asked;
	const isIPv6 = journey.packet.to.includes(":");
	switch (statement.kind) {
		case "match":
			return matchChance(statement, asked, containers);
		case "question":
			return undefined;
		case "never":
			return 0;
		case "family":
			return certainly(statement.isIPv6 === isIPv6);
		case "syn":
			return certainly(journey.packet.protocol === "tcp" && statement.isPassed);
		case "reject": {
			// A reset is for TCP, and errors are for their family: for others the rule does not match.
			if (statement.with.includes("reset")) return certainly(journey.packet.protocol === "tcp");
			if (statement.with.includes("icmp")) return certainly(!isIPv6);
			return certainly(isIPv6 || !statement.with.includes("icmpv6"));
		}
		default:
			return 1;
	}
}

/** How likely a test holds for a packet. */
function matchChance(match: Match, asked: Asked, containers: Containers): Chance {
	const { left, isNegated, right } = match;
	if (left.kind === "random") return negated(randomChance(left.modulus, right), isNegated);
	if (left.kind === "ct" && left.key === "status") return isNegated ? undefined : flagsChance(right, asked);
	const value = valueFor(left, asked);
	if (value === "absent") return 0;
	const isTrue = value === "unknown" ? unknownTruth(left, right, asked) : isOperand(value, right, asked, containers);
	return isTrue === undefined ? undefined : certainly(isTrue !== isNegated);
}

function certainly(isTrue: boolean): 0 | 1 {
	return isTrue ? 1 : 0;
}

function negated(chance: Chance, isNegated: boolean): Chance {
	return chance === undefined || !isNegated ? chance : 1 - chance;
}

/**
 * What comes from elsewhere does not come by the loopback interface; and an address is not one of the node's own, unless none
 * of these is known.
 */
function unknownTruth(left: Expression, right: Operand, { journey }: Asked): boolean | undefined {
	const texts = right.kind === "value" ? right.text.split(",") : right.kind === "members" ? right.members : [];
	const areAll = (text: string): boolean => texts.length > 0 && texts.every((one) => one === text);
	if (left.kind === "meta" && /^[io]if/.test(left.key) && areAll("lo")) return false;
	return left.kind === "address-type" && journey.node.ips.length > 0 && areAll("local") ? false : undefined;
}

function isOperand(
	value: readonly string[],
	right: Operand,
	asked: Asked,
	containers: Containers,
): boolean | undefined {
	switch (right.kind) {
		case "named-set":
			return isInSet(value, right.set, asked, containers);
		case "members":
			return isOneOf(value[0] ?? "", right.members);
		default:
			return isOneOf(value[0] ?? "", right.text.split(","));
	}
}

function isOneOf(value: string, texts: readonly string[]): boolean | undefined {
	const answers = texts.map((text) => isMember(value, text));
	if (answers.includes(true)) return true;
	return answers.includes(undefined) ? undefined : false;
}

/** A set into which rules put clients holds the client that was here before, and whoever is listed. */
function isInSet(
	value: readonly string[],
	set: string,
	{ journey }: Asked,
	{ table, find, isDynamic }: Containers,
): boolean | undefined {
	if (journey.affinity !== undefined && isDynamic(set)) {
		const isRemembered = journey.isRemembered(`${table} ${set}`);
		if (isRemembered !== undefined) return isRemembered;
	}
	const element = find(set, value);
	return element === "unknown" ? undefined : element !== undefined;
}

/** How many of the numbers below the modulus are meant. */
function randomChance(modulus: number, right: Operand): Chance {
	const texts = right.kind === "value" ? right.text.split(",") : right.kind === "members" ? right.members : [""];
	const counts = texts.map((text) => numbersIn(text, modulus));
	const sum = counts.reduce<number | undefined>(
		(total, count) => (total === undefined || count === undefined ? undefined : total + count),
		0,
	);
	return sum === undefined ? undefined : sum / modulus;
}

/** Whether one of the flags is set. */
function flagsChance(right: Operand, { flow, journey }: Asked): Chance {
	if (right.kind !== "value") return undefined;
	const chances = right.text.split(",").map((flag) => {
		if (flag === "dnat") return statusChance("DNAT", flow, journey.packet);
		return flag === "snat" ? statusChance("SNAT", flow, journey.packet) : undefined;
	});
	if (chances.includes(1)) return 1;
	return chances.includes(undefined) ? undefined : 0;
}
