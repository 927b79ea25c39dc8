import { expect, it } from "vitest";
import { diff } from "../../../src/diff/diff.ts";
import type { Family } from "../../../src/index.ts";
import type { IpSet } from "../../../src/lang/ipset/set.ts";
import { canon } from "../../support/canon.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { capturedNodes, neighbours } from "../../support/ipvs-diff-cases.ts";
import { type Turn, turnInMachine } from "../../support/ipvs-diff-kernel.ts";
import {
	MUTATIONS,
	type Mutate,
	type Mutated,
	setsOf,
	withExtraEntry,
	withoutEntry,
} from "../../support/ipvs-diff-mutate.ts";
import { randomNumbers, shuffled } from "../../support/ipvs-diff-shuffle.ts";
import { FAMILIES, ipvsStateOf, type NodeTexts, textOf } from "../../support/ipvs-diff-states.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { withSortedTables } from "../../support/kernel-case.ts";

/** Of every set that holds something, or can. */
const ENTRIES: Readonly<Record<string, Mutate>> = {
	"entries missing": (texts, family, numbers) =>
		reduceSets(texts, family, (now, set) => withoutEntry(now, set, numbers) ?? { texts: now, line: "" }),
	"entries too many": (texts, family) => reduceSets(texts, family, (now, set) => withExtraEntry(now, set, family)),
};

const random = randomNumbers(20261121);
const turns = [...pairTurns(IS_LONG ? 101 : 20), ...mutationTurns(IS_LONG ? 20 : 4)];
const { problem, results } = await turnInMachine(turns);

describeUnless(problem, "a node in IPVS mode is turned into another in the kernel", () => {
	it.for(turns)("$name", ({ name, to }) => {
		const { status, stderr, texts } = results.get(name) ?? { status: "", stderr: "was not loaded", texts: {} };
		expect({ status, stderr }).toEqual({ status: "0", stderr: "" });
		for (const family of FAMILIES) {
			const [turned, wanted] = [ipvsStateOf(texts, family), ipvsStateOf(to, family)];
			expect(diff(turned, wanted)).toMatchObject({ equal: true, services: [] });
		}
		for (const part of ["ipvsadm.txt", "ipset.txt", "kube-ipvs0.txt"]) {
			expect(canon(part, textOf(texts, part)), part).toBe(canon(part, textOf(to, part)));
		}
		for (const part of ["save.v4.txt", "save.v6.txt"]) {
			const [actual, wanted] = [textOf(texts, part), textOf(to, part)].map((text) =>
				withSortedTables(canon(part, text)),
			);
			expect(actual, part).toBe(wanted);
		}
	});
});

function reduceSets(texts: NodeTexts, family: Family, mutate: (texts: NodeTexts, set: IpSet) => Mutated): Mutated {
	return setsOf(texts, family).reduce((now, set) => mutate(now.texts, set), { texts, line: "" });
}

/** Neighbouring cases, there and back. */
function pairTurns(count: number): readonly Turn[] {
	const chosen = shuffled(neighbours(), random).slice(0, count);
	return chosen
		.filter(({ first, second }) => JSON.stringify(first) !== JSON.stringify(second))
		.flatMap(({ name, first, second }) => [
			{ name, from: first, to: second },
			{ name: `${name}, back`, from: second, to: first },
		]);
}

/** What is broken on a node is put right, for each kind of breakage on some nodes. */
function mutationTurns(count: number): readonly Turn[] {
	const nodes = shuffled(capturedNodes(), random);
	return Object.entries({ ...MUTATIONS, ...ENTRIES }).flatMap(([mutation, mutate]) => {
		if (mutation === "a real server of weight 0 that nobody wants") return [];
		const broken = nodes.flatMap(({ name, texts }): readonly Turn[] =>
			FAMILIES.flatMap((family) => {
				const from = mutate(texts, family, random)?.texts;
				return from === undefined || from === texts ? [] : [{ name: `${mutation} ${name} ${family}`, from, to: texts }];
			}),
		);
		return broken.slice(0, count);
	});
}
