import { type ReadCase, readCase } from "./compile-case.ts";
import { capturedTexts, type NodeTexts } from "./ipvs-diff-states.ts";
import { oracleCases } from "./oracle.ts";

/** A captured cluster state, and what the tools printed on its node in IPVS mode. */
export interface CapturedNode {
	readonly name: string;
	readonly texts: NodeTexts;
}

/** Every case of which all texts were captured; of the two biggest ones only some were. */
export function capturedNodes(): readonly CapturedNode[] {
	const all = oracleCases().map(({ name }) => ({ name, texts: capturedTexts(name) }));
	return all.filter(({ texts }) => texts["save.v4.txt"] !== undefined);
}

/** Two cases that follow each other. */
export interface Neighbours {
	readonly name: string;
	readonly first: NodeTexts;
	readonly second: NodeTexts;
}

/** Every case with the one behind it. */
export function neighbours(): readonly Neighbours[] {
	const nodes = capturedNodes();
	return nodes.slice(1).flatMap(({ name, texts }, index) => {
		const before = nodes[index];
		return before === undefined ? [] : [{ name: `${before.name} and ${name}`, first: before.texts, second: texts }];
	});
}

/** The cluster states of the captured nodes. */
export function readCases(): readonly ReadCase[] {
	const names = new Set(capturedNodes().map(({ name }) => name));
	return oracleCases()
		.filter(({ name }) => names.has(name))
		.map(readCase);
}
