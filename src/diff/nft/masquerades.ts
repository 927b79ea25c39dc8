import type { Match } from "../../lang/nft/statement.ts";
import type { Rule } from "../../lang/nft/table.ts";

/** The chain that puts the mark on, where rules jump to one. */
const MARK_CHAIN = "mark-for-masquerade";

/** Whether a rule marks packets for masquerading. */
export function isMarkingNft({ statements }: Rule): boolean {
	return statements.some((statement) => {
		if (statement.kind !== "verdict") return statement.kind === "set-mark";
		return statement.verdict.kind === "jump" && statement.verdict.chain === MARK_CHAIN;
	});
}

/**
 * Whose connections to an address rules of a chain mark for masquerading, in words.
 *
 * @param ip undefined for a node port
 */
export function nftMasqueradesIn(chain: string, rules: readonly Rule[], ip: string | undefined): readonly string[] {
	const where = chain.startsWith("external-") ? "from outside: " : "";
	return rules
		.filter((rule) => isMarkingNft(rule) && testsOf(rule).every((test) => isAbout(test, ip)))
		.map((rule) => {
			const whom = testsOf(rule).flatMap(conditionOf);
			return `${where}${whom.length === 0 ? "everybody" : whom.join(" and ")}`;
		});
}

function testsOf({ statements }: Rule): readonly Match[] {
	return statements.filter((statement) => statement.kind === "match");
}

/** False for a test that packets to the address never pass. */
function isAbout({ left, right }: Match, ip: string | undefined): boolean {
	const isDestination = left.kind === "payload" && left.field === "daddr" && right.kind === "value";
	return !isDestination || right.text === ip;
}

/** Whom a test lets pass, in words; none for tests of the address that was dialled. */
function conditionOf({ left, isNegated, right }: Match): readonly string[] {
	const text =
		right.kind === "value" ? right.text : right.kind === "named-set" ? `set ${right.set}` : right.members.join(", ");
	if (left.kind === "address-type") return left.of === "saddr" ? ["the node itself"] : [];
	if (left.kind === "meta" && left.key !== "l4proto") return [`clients ${isNegated ? "not behind" : "behind"} ${text}`];
	if (left.kind !== "payload" || left.field !== "saddr") return [];
	return [`clients ${isNegated ? "outside" : "in"} ${text}`];
}
