import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withoutStaleChains } from "../src/apply/stale-chains.ts";
import { diff } from "../src/diff/diff.ts";
import { nftSteps, nftTransaction } from "../src/diff/nft/transaction.ts";
import { backends, type Family, KUBE_VERSIONS } from "../src/index.ts";
import { tryTransaction } from "../src/lang/nft/apply-transaction.ts";
import type { NodeState } from "../src/lang/node-state.ts";
import { arbitraryConfig, arbitraryObjects } from "./support/arbitrary-snapshot.ts";
import { modelOf } from "./support/compile-objects.ts";
import { IS_LONG } from "./support/is-long.ts";
import { listingOf, nftStateOf } from "./support/nft-diff-states.ts";
import { configInMode } from "./support/oracle.ts";

/** Same snapshots in every run; many more in the long run. */
const RUNS = { seed: 20261121, numRuns: IS_LONG ? 2000 : 60 };

const side = fc.record({
	objects: arbitraryObjects,
	config: arbitraryConfig.map((config) => configInMode(config, "nftables")),
	kubeVersion: fc.constantFrom(...KUBE_VERSIONS.filter((version) => version !== "1.30")),
});
const family = fc.constantFrom<Family>("ipv4", "ipv6");

function compiled(one: Omit<Parameters<typeof modelOf>[0], "family">, of: Family): NodeState {
	return backends.nftables((backend) => backend.state(backend.build(modelOf({ ...one, family: of }))));
}

describe("laws of comparing rules of nftables, on generated snapshots", () => {
	it("what nft lists of the rules is no difference, and nobody has to do anything about it", () => {
		fc.assert(
			fc.property(side, family, (one, of) => {
				const wanted = compiled(one, of);
				const listed = nftStateOf(listingOf(wanted), of);
				expect(diff(listed, wanted, { telling: "live" })).toMatchObject({ equal: true, services: [], findings: [] });
				expect(nftTransaction(listed, wanted)).toEqual([]);
			}),
			RUNS,
		);
	});

	it("the smallest transaction turns any node into any other, and nothing is left to do", () => {
		fc.assert(
			fc.property(side, side, family, (one, other, of) => {
				const [old, current] = [nftStateOf(listingOf(compiled(one, of)), of), compiled(other, of)];
				const transaction = nftTransaction(old, current);
				const { tables, refused } = tryTransaction(transaction, old.nft);
				expect(refused).toBeUndefined();
				expect(diff({ ...old, nft: tables }, current).equal).toBe(true);
				expect(diff(old, current).equal).toBe(transaction.length === 0);
			}),
			RUNS,
		);
	});

	it("writing everything anew ends the same, and what is left to delete after the first step is empty", () => {
		fc.assert(
			fc.property(side, side, family, (one, other, of) => {
				const [old, current] = [nftStateOf(listingOf(compiled(one, of)), of), compiled(other, of)];
				const { change, deletions } = nftSteps(old, current, { isFull: true });
				const first = tryTransaction(change, old.nft);
				expect(first.refused).toBeUndefined();
				const changed = { ...old, nft: first.tables };
				expect(diff(withoutStaleChains(changed, current), current).equal).toBe(true);
				expect(nftTransaction(changed, current)).toEqual(deletions);
				const last = tryTransaction(deletions, first.tables);
				expect(last.refused).toBeUndefined();
				expect(diff({ ...old, nft: last.tables }, current).equal).toBe(true);
			}),
			RUNS,
		);
	});
});
