import { rulePrinter } from "../../src/lang/iptables/print.ts";
import type { NodeState } from "../../src/lang/node-state.ts";
import type { Family } from "../../src/net/ip.ts";
import { modelOfCase, readCase } from "./compile-case.ts";
import { compiledState } from "./diff-shop.ts";
import { capturedSaves, FAMILIES } from "./diff-states.ts";
import { oracleCases } from "./oracle.ts";

/** A captured text that is compared with others made of it. */
export interface DiffCase {
	readonly name: string;
	readonly family: Family;
	/** What iptables-save printed at 1.36. */
	readonly text: string;
	/** What svcnat compiles: the same. */
	readonly wanted: NodeState;
	/** The service port of a line, by where its rule comes from; `shared` for rules that every node has. */
	readonly ownerOf: (line: string) => string;
}

/** Too big to be looked at again and again. */
const LARGE = ["100-large-cluster", "101-large-cluster-edge-1000"];

/** Every captured case that is not large, in both families. */
export function diffCases(): readonly DiffCase[] {
	return oracleCases().flatMap((oracleCase) => {
		const { name } = oracleCase;
		if (LARGE.includes(name)) return [];
		const read = readCase(oracleCase);
		return FAMILIES.flatMap((family): readonly DiffCase[] => {
			const text = capturedSaves(name, family).at(-1);
			const model = modelOfCase(read, "1.36", family);
			if (text === undefined || model === undefined) return [];
			const wanted = compiledState(model);
			return [{ name, family, text, wanted, ownerOf: owners(wanted) }];
		});
	});
}

function owners({ iptables = [], family }: NodeState): DiffCase["ownerOf"] {
	const print = rulePrinter(family, "save");
	const rules = iptables.flatMap((table) => table.rules);
	const byLine = new Map(rules.map((rule) => [print(rule), rule.origin?.subject ?? "shared"]));
	return (line) => {
		const owner = byLine.get(line);
		if (owner === undefined) throw new Error(`not compiled: ${line}`);
		return owner;
	};
}
