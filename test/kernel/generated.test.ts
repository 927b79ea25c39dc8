import fc from "fast-check";
import { expect, it } from "vitest";
import type { Family } from "../../src/index.ts";
import { arbitraryConfig, arbitraryObjects } from "../support/arbitrary-snapshot.ts";
import { modelOf } from "../support/compile-objects.ts";
import { IS_LONG } from "../support/is-long.ts";
import { kernelCaseOf, withoutCounts, withSortedTables } from "../support/kernel-case.ts";
import { loadsInKernel, type Variant } from "../support/kernel-load.ts";
import { describeKernel } from "../support/kernel-suite.ts";

const RUNS = { seed: 20261121, numRuns: IS_LONG ? 500 : 20 };

const input = fc.record({
	objects: arbitraryObjects,
	config: arbitraryConfig,
	family: fc.constantFrom<Family>("ipv4", "ipv6"),
});

for (const variant of ["legacy", "nft"] satisfies readonly Variant[]) {
	await describeKernel(`generated snapshots in the kernel, ${variant} iptables`, variant, () => {
		it("load, and read back as svcnat says", async () => {
			const law = fc.asyncProperty(input, async (one) => {
				const rules = kernelCaseOf(modelOf(one));
				const { ok, stderr, saved } = await loadsInKernel(rules.restore, { ...rules, variant, family: one.family });
				expect({ ok, stderr }).toEqual({ ok: true, stderr: "" });
				expect(withSortedTables(withoutCounts(saved))).toBe(withSortedTables(rules.save));
			});
			await fc.assert(law, RUNS);
		});
	});
}
