import { describe, expect, it } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { diffNft } from "../../src/diff/nft/diff.ts";
import { restoreParts } from "../../src/diff/restore-parts.ts";
import { FAMILIES } from "../support/diff-states.ts";
import { compiledNft, nftCases, nftStateOf } from "../support/nft-diff-states.ts";

describe("what a node of the nftables mode has is what is compiled", () => {
	it.for(nftCases())("$name", ({ read, listings }) => {
		let compared = 0;
		for (const { version, text } of listings) {
			for (const family of FAMILIES) {
				const wanted = compiledNft(read, version, family);
				if (wanted === undefined) continue;
				const live = nftStateOf(text, family);
				compared++;
				const difference = diff(live, wanted, { telling: "live" });
				expect(difference).toMatchObject({ equal: true, services: [], findings: [], conntrack: [] });
				expect(restoreParts(live, wanted, difference)).toEqual([]);
				const { before, after } = diffNft(live, wanted);
				expect(before()).toEqual(after());
			}
		}
		expect(compared).toBeGreaterThan(0);
	});
});
