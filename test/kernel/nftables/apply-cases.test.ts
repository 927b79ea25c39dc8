import { afterAll, it } from "vitest";
import { expectNftChain } from "../../support/apply-nft-chain.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { nftProblem } from "../../support/nft-load.ts";
import { captures, oracleCases } from "../../support/oracle.ts";

/** How many cases are applied one over the other. */
const LENGTH = IS_LONG ? 12 : 5;

const all = oracleCases().filter(({ name }) =>
	captures(name, "nftables").some(({ version, file }) => version === "1.36" && file === "ruleset.txt"),
);
const cases = IS_LONG ? all : all.filter(({ name }, index) => index % 18 === 3 && !name.includes("large"));
const chains = cases
	.map((_, index) => index)
	.filter((index) => index % LENGTH === 0)
	.map((start) => ({ name: cases[start]?.name, chain: cases.slice(start, start + LENGTH) }));

describeUnless(await nftProblem(), "svcnat apply of every captured cluster, nftables mode", () => {
	let count = 0;

	it.each(chains)("$name and what follows, beside tables of others", async ({ chain }) => {
		count += await expectNftChain(chain);
	});

	afterAll(() =>
		console.log(`apply: ${count} times the captured tables of both families, each applied twice, nftables`),
	);
});
