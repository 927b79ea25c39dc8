import { afterAll, expect, it } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { canonRules } from "../support/canon.ts";
import { applyInKernel, type Place, restoreText } from "../support/diff-kernel.ts";
import { randomFrom, SEED, sample } from "../support/diff-random.ts";
import { capturedSaves, FAMILIES, stateOf } from "../support/diff-states.ts";
import { IS_LONG } from "../support/is-long.ts";
import { withSortedTables } from "../support/kernel-case.ts";
import { describeKernel } from "../support/kernel-suite.ts";
import { oracleCases } from "../support/oracle.ts";

/** Seconds each, where the others take a tenth of one. */
const LARGE = ["100-large-cluster", "101-large-cluster-edge-1000"];

/** How many pairs of versions are enough when time is short. */
const VERSION_PAIRS = 12;

interface Pair {
	readonly name: string;
	readonly family: "ipv4" | "ipv6";
	readonly from: string;
	readonly to: string;
}

const names = oracleCases()
	.map(({ name }) => name)
	.filter((name) => IS_LONG || !LARGE.includes(name));

const neighbours = FAMILIES.flatMap((family) => {
	const saves = names.flatMap((name) => ({ name, text: capturedSaves(name, family).at(-1) }));
	// One run was captured for IPv4 alone.
	const known = saves.flatMap(({ name, text }) => (text === undefined ? [] : { name, text }));
	return known.slice(1).map(({ name, text }, at): Pair => {
		const { name: first = "", text: from = "" } = known[at] ?? {};
		return { name: `${first} into ${name}, ${family}`, family, from, to: text };
	});
});

const versions = FAMILIES.flatMap((family) =>
	names.flatMap((name) => {
		const texts = capturedSaves(name, family);
		return texts.slice(1).flatMap((to, at): readonly Pair[] => {
			const from = texts[at] ?? "";
			return [
				{ name: `${name}, ${family}, a newer version`, family, from, to },
				{ name: `${name}, ${family}, an older version`, family, from: to, to: from },
			];
		});
	}),
);

for (const variant of ["legacy", "nft"] as const) {
	const random = randomFrom(SEED + variant.length);
	const some = IS_LONG ? versions : sample(random, versions, VERSION_PAIRS);
	await describeKernel(`a state turned into another in the kernel, with ${variant} iptables`, variant, () => {
		let count = 0;
		it.each([...neighbours, ...some])("$name", async ({ family, from, to }) => {
			await expectTurned(from, to, { family, variant });
			count++;
		});
		afterAll(() => console.log(`kernel: ${count} states turned into others, ${variant}`));
	});
}

/** Loads the first text, applies what the comparison prints, and expects the second one. */
async function expectTurned(from: string, to: string, place: Place): Promise<void> {
	const [old, current] = [stateOf(from, place.family), stateOf(to, place.family)];
	const change = restoreText(old, current, diff(old, current));
	const saved = await applyInKernel(from, change, place);
	expect(diff(stateOf(saved, place.family), current)).toMatchObject({ equal: true, services: [] });
	expect(withSortedTables(canonRules(saved)), change).toBe(withSortedTables(canonRules(to)));
}
