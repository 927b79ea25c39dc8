import { expect, it } from "vitest";
import { diff } from "../../../src/diff/diff.ts";
import { restoreParts } from "../../../src/diff/restore-parts.ts";
import type { NodeState } from "../../../src/lang/node-state.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { FAMILIES } from "../../support/diff-states.ts";
import { newestState, nftStateOf, smallNftCases } from "../../support/nft-diff-states.ts";
import { interfacesIn, loadsInTurn, nftProblem } from "../../support/nft-load.ts";

const cases = smallNftCases();

/** Enough to have every kind of command, few enough for a slow machine. */
const SAMPLE = cases.slice(1).flatMap((second, index) => {
	const first = cases[index];
	return first === undefined || index % 8 !== 5 ? [] : [{ name: `${first.name} and ${second.name}`, first, second }];
});

const UPGRADED = cases.filter(({ name }) => ["40-affinity-local", "98-kitchen-sink"].includes(name));

describeUnless(await nftProblem(), "what differs, loaded by nft on top of the old side", () => {
	it.for(SAMPLE)("$name", async ({ first, second }) => {
		for (const family of FAMILIES) {
			const [one, other] = [newestState(first, family), newestState(second, family)];
			await expectTurned(one, other);
			await expectTurned(other, one);
		}
	});

	it.for(UPGRADED)("$name, to the next version and back", async ({ listings }) => {
		for (const family of FAMILIES) {
			const states = listings.map(({ text }) => nftStateOf(text, family));
			for (const [index, state] of states.slice(1).entries()) {
				const before = states[index] ?? state;
				await expectTurned(before, state);
				await expectTurned(state, before);
			}
		}
	});

	it("remembers clients for another time, where rules ask the same set of clients", async () => {
		const [first] = cases.filter(({ name }) => name === "38-affinity-clusterip");
		if (first === undefined) throw new Error("there is no such case");
		const text = first.listings.at(-1)?.text ?? "";
		expect(text).toContain("timeout 3h");
		await expectTurned(nftStateOf(text, "ipv4"), nftStateOf(text.replaceAll("timeout 3h", "timeout 10s"), "ipv4"));
	});
});

async function expectTurned(old: NodeState, current: NodeState): Promise<void> {
	const empty: NodeState = { ...old, nft: [] };
	const texts = [textOf(empty, old), textOf(old, current)];
	const { ok, stderr, listing } = await loadsInTurn(texts, interfacesIn(texts.join("")));
	expect({ ok, stderr, texts: ok ? [] : texts }).toEqual({ ok: true, stderr: "", texts: [] });
	expect(diff(nftStateOf(listing, old.family), current)).toMatchObject({ equal: true, services: [] });
}

function textOf(old: NodeState, current: NodeState): string {
	return restoreParts(old, current, diff(old, current))
		.map(({ text }) => text)
		.join("");
}
