import { describe, expect, it } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { nftTransaction } from "../../src/diff/nft/transaction.ts";
import { tryTransaction } from "../../src/lang/nft/apply-transaction.ts";
import type { NodeState } from "../../src/lang/node-state.ts";
import { FAMILIES } from "../support/diff-states.ts";
import { newestState, nftStateOf, smallNftCases } from "../support/nft-diff-states.ts";

const cases = smallNftCases();
const pairs = cases.slice(1).flatMap((second, index) => {
	const first = cases[index];
	return first === undefined ? [] : [{ name: `${first.name} and ${second.name}`, first, second }];
});

describe("a node of the nftables mode becomes its neighbour by what differs alone", () => {
	it.for(pairs)("$name", ({ first, second }) => {
		for (const family of FAMILIES) {
			const [one, other] = [newestState(first, family), newestState(second, family)];
			expectTurned(one, other);
			expectTurned(other, one);
		}
	});
});

describe("a node becomes that of another version, and a clean one, by what differs alone", () => {
	it.for(cases)("$name", ({ listings }) => {
		for (const family of FAMILIES) {
			const states = listings.map(({ text }) => nftStateOf(text, family));
			const clean: NodeState = { ...nftStateOf("", family) };
			for (const [index, state] of states.entries()) {
				for (const other of [states[index + 1], states[index - 1], clean]) {
					if (other === undefined) continue;
					expectTurned(state, other);
					expectTurned(other, state);
				}
			}
		}
	});
});

function expectTurned(old: NodeState, current: NodeState): void {
	const transaction = nftTransaction(old, current);
	const { tables, refused } = tryTransaction(transaction, old.nft);
	expect(refused).toBeUndefined();
	const turned = { ...old, nft: tables };
	const difference = diff(old, current);
	expect(diff(turned, current)).toMatchObject({ equal: true, services: [], added: [], removed: [] });
	expect(difference.equal).toBe(transaction.length === 0);
	const untouched = transaction.filter((operation) => {
		if (operation.kind === "flush-chain" || operation.kind === "delete-chain") {
			return (
				difference.nft?.chains.some(({ chain }) => chain === operation.name) !== true &&
				!isRefilled(operation.name, old)
			);
		}
		return operation.kind === "delete-set" && difference.nft?.sets.some(({ set }) => set === operation.name) !== true;
	});
	expect(untouched).toEqual([]);
}

/** Chains that ask sets of clients are filled again when these have another timeout. */
function isRefilled(chain: string, { nft = [] }: NodeState): boolean {
	const found = nft.flatMap(({ chains }) => chains).find(({ name }) => name === chain);
	return found?.rules.some(({ statements }) => JSON.stringify(statements).includes('"affinity-')) === true;
}
