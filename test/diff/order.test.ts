import { afterAll, describe, expect, it } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { diffCases } from "../support/diff-cases.ts";
import { restoreText } from "../support/diff-kernel.ts";
import { withBlocksReordered } from "../support/diff-lines.ts";
import { randomFrom, SEED, shuffled } from "../support/diff-random.ts";
import { capturedSaves, FAMILIES, stateOf } from "../support/diff-states.ts";
import { IS_LONG } from "../support/is-long.ts";
import { oracleCases } from "../support/oracle.ts";

const ROUNDS = IS_LONG ? 100 : 5;

/** Nothing to say and nothing to do. */
const NOTHING = { equal: true, services: [], added: [], removed: [], chains: [], conntrack: [] };

describe("the order in which kube-proxy comes to service ports", () => {
	let reordered = 0;

	it.each(diffCases())("is no difference: $name, $family", ({ text, family, wanted }) => {
		const random = randomFrom(SEED);
		const captured = stateOf(text, family);
		for (let round = 0; round < ROUNDS; round++) {
			const other = withBlocksReordered(text, (names) => shuffled(random, names));
			if (other !== text) reordered++;
			const state = stateOf(other, family);
			expect(diff(captured, state)).toMatchObject(NOTHING);
			expect(diff(state, wanted, { telling: "live" })).toMatchObject(NOTHING);
			expect(restoreText(state, captured, diff(state, captured))).toBe("");
		}
	});

	it("was another one in many of them", () => {
		expect(reordered).toBeGreaterThan(100);
	});

	afterAll(() => console.log(`diff: ${reordered} captures in another order, all equal`));
});

describe("large cases", () => {
	it.each(["100-large-cluster", "101-large-cluster-edge-1000"])("are equal in the opposite order: %s", (name) => {
		const text = capturedSaves(name, "ipv4").at(-1) ?? "";
		const other = withBlocksReordered(text, (names) => names.toReversed());
		expect(other).not.toBe(text);
		expect(diff(stateOf(text, "ipv4"), stateOf(other, "ipv4"))).toMatchObject(NOTHING);
	});
});

describe("captures of versions that print the same input otherwise", () => {
	const pairs = oracleCases().flatMap(({ name }) =>
		FAMILIES.flatMap((family) => {
			const texts = capturedSaves(name, family);
			return texts.slice(1).map((text, at) => ({ name, family, before: texts[at] ?? "", text }));
		}),
	);

	it("are told apart, service port by service port, or shared rules alone", () => {
		expect(pairs.length).toBeGreaterThan(100);
		for (const { name, family, before, text } of pairs) {
			const { equal, services } = diff(stateOf(before, family), stateOf(text, family));
			expect(equal, name).toBe(false);
			expect(services.length, name).toBeGreaterThan(0);
			for (const { changes } of services) expect(changes.length, name).toBeGreaterThan(0);
		}
	});
});
