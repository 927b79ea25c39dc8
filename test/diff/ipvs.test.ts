import { describe, expect, it } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { restoreParts } from "../../src/diff/restore-parts.ts";
import type { NodeState } from "../../src/lang/node-state.ts";
import { canon } from "../support/canon.ts";
import { applyParts } from "../support/ipvs-diff-apply.ts";
import { capturedNodes, neighbours } from "../support/ipvs-diff-cases.ts";
import { MUTATIONS } from "../support/ipvs-diff-mutate.ts";
import { randomNumbers, shuffledTexts } from "../support/ipvs-diff-shuffle.ts";
import { FAMILIES, ipvsStateOf, type NodeTexts } from "../support/ipvs-diff-states.ts";
import { textsOfWorld, worldOf } from "../support/ipvs-diff-world.ts";

const nodes = capturedNodes();

describe("a captured node in IPVS mode", () => {
	it.for(nodes)("$name is equal to itself, whatever the order of lines", ({ texts }) => {
		const random = randomNumbers(20261121);
		for (const family of FAMILIES) {
			const state = ipvsStateOf(texts, family);
			for (let round = 0; round < 3; round++) {
				const other = ipvsStateOf(shuffledTexts(texts, random), family);
				expect(diff(state, other)).toMatchObject({ equal: true, services: [], added: [], removed: [], conntrack: [] });
			}
		}
	});
});

describe("a captured node in IPVS mode becomes its neighbour by what differs alone", () => {
	it.for(neighbours())("$name", ({ first, second }) => {
		for (const family of FAMILIES) {
			expectTurned(first, second, family);
			expectTurned(second, first, family);
		}
	});
});

describe("a node in IPVS mode on which something is broken", () => {
	// A real server of weight 0 that nobody wants goes away by itself.
	const mutations = Object.entries(MUTATIONS).filter(([name]) => !name.endsWith("that nobody wants"));

	it.for(mutations)("%s: is put right by what differs alone", ([, mutate]) => {
		const random = randomNumbers(20261121);
		for (const { texts } of nodes) {
			for (const family of FAMILIES) {
				const broken = mutate(texts, family, random);
				if (broken !== undefined) expectTurned(broken.texts, texts, family);
			}
		}
	});
});

function expectTurned(from: NodeTexts, to: NodeTexts, family: (typeof FAMILIES)[number]): void {
	const [old, current] = [ipvsStateOf(from, family), ipvsStateOf(to, family)];
	const difference = diff(old, current);
	const world = worldOf(old);
	applyParts(world, restoreParts(old, current, difference));
	const turned = ipvsStateOf(textsOfWorld(world, family), family);
	expect(diff(turned, current)).toMatchObject({ equal: true, services: [] });
	expect(printed(turned)).toEqual(printed(current));
	expect(difference.equal).toBe(JSON.stringify(printed(old)) === JSON.stringify(printed(current)));
}

/** What the tools would print of a state, without an order where it has none. */
function printed(state: NodeState): NodeTexts {
	const texts = textsOfWorld(worldOf(state), state.family);
	return Object.fromEntries(Object.entries(texts).map(([part, text]) => [part, canon(part, text)]));
}
