import { afterAll, describe, expect, it } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { type DiffCase, diffCases } from "../support/diff-cases.ts";
import { MUTATION_KINDS, type Mutation, mutation } from "../support/diff-mutations.ts";
import { randomFrom, SEED } from "../support/diff-random.ts";
import { stateOf } from "../support/diff-states.ts";
import { IS_LONG } from "../support/is-long.ts";

/** For each case, family and kind. */
const ROUNDS = IS_LONG ? 75 : 3;

describe("a capture with one rule changed", () => {
	const counts = new Map<string, number>();

	it.each(diffCases())("$name, $family", (one) => {
		const random = randomFrom(SEED);
		for (const kind of MUTATION_KINDS) {
			for (let round = 0; round < ROUNDS; round++) {
				const made = mutation(one.text, kind, random);
				if (made === undefined) continue;
				expectVerdict(one, made);
				counts.set(kind, (counts.get(kind) ?? 0) + 1);
			}
		}
	});

	it("was changed in every way", () => {
		expect([...counts.keys()].sort()).toEqual([...MUTATION_KINDS].sort());
		const sum = [...counts.values()].reduce((a, b) => a + b, 0);
		expect(sum).toBeGreaterThan(1000);
	});

	afterAll(() => console.log(`diff: mutations: ${[...counts].map(([kind, count]) => `${count} ${kind}`).join(", ")}`));
});

/** From the capture to the changed text, the other way round, and the changed text as what a node has. */
function expectVerdict({ text, family, wanted, ownerOf }: DiffCase, made: Mutation): void {
	const [whole, changed] = [stateOf(text, family), stateOf(made.text, family)];
	const told = {
		"before and after": diff(whole, changed),
		"after and before": diff(changed, whole),
		live: diff(changed, wanted, { telling: "live" }),
	};
	for (const [telling, { equal, services }] of Object.entries(told)) {
		const where = `${telling}: ${made.kind}: ${made.line}`;
		const owners = services.map(({ servicePort }) => servicePort).filter((owner) => owner !== "other");
		expect({ equal, owners }, where).toEqual({
			equal: made.isEqual,
			owners: made.isEqual ? [] : [ownerOf(made.line)],
		});
		const messages = services.flatMap(({ changes }) => changes.map(({ message }) => message));
		expect(messages.length > 0, where).toBe(!made.isEqual);
	}
}
