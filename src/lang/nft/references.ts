import type { Element, Rule } from "./table.ts";

/** Chains that a rule may hand the packet to. */
export function calledByRule({ statements }: Rule): readonly string[] {
	return statements.flatMap((statement) => {
		if (statement.kind === "verdict") return "chain" in statement.verdict ? statement.verdict.chain : [];
		if (statement.kind !== "vmap" || typeof statement.map === "string") return [];
		return statement.map.flatMap(({ verdict }) => ("chain" in verdict ? verdict.chain : []));
	});
}

/** The chain that an element of a map leads to; undefined: to none. */
export function calledByElement({ value }: Element): string | undefined {
	return value !== undefined && "chain" in value ? value.chain : undefined;
}

/** Named sets and maps that a rule asks or fills. */
export function setsOfRule({ statements }: Rule): readonly string[] {
	return statements.flatMap((statement) => {
		if (statement.kind === "update") return statement.set;
		if (statement.kind === "vmap") return typeof statement.map === "string" ? statement.map : [];
		return statement.kind === "match" && statement.right.kind === "named-set" ? statement.right.set : [];
	});
}
