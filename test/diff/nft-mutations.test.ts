import { describe, expect, it } from "vitest";
import type { ChangeKind } from "../../src/diff/change.ts";
import { diff } from "../../src/diff/diff.ts";
import { nftTransaction } from "../../src/diff/nft/transaction.ts";
import { tryTransaction } from "../../src/lang/nft/apply-transaction.ts";
import { FAMILIES } from "../support/diff-states.ts";
import { NFT_MUTATIONS } from "../support/nft-diff-mutations.ts";
import { compiledNft, smallNftCases } from "../support/nft-diff-states.ts";

/** Every seventh case: there are thousands of mistakes to make even so. */
const cases = smallNftCases().filter((_, index) => index % 14 === 3);

/** What clients notice of each kind of mistake, at least once. */
const TOLD: Readonly<Record<keyof typeof NFT_MUTATIONS, readonly ChangeKind[]>> = {
	"an element is gone": ["service-added", "frontend-added", "masquerade-changed", "source-ranges-changed"],
	"an element leads to nowhere": ["verdict-changed", "endpoint-added"],
	"a rule is gone": ["verdict-changed", "endpoint-added", "masquerade-changed", "affinity-changed"],
	"a rule drops instead": ["verdict-changed", "endpoint-added", "share-changed"],
	"a chain is empty": ["verdict-changed", "endpoint-added", "source-ranges-changed"],
	"two rules have changed places": ["rules-changed"],
};

describe("a node of the nftables mode on which something is broken", () => {
	it.for(Object.keys(NFT_MUTATIONS))("%s: is told by Service, and put right", (kind) => {
		const told = new Set<ChangeKind>();
		for (const { name, read } of cases) {
			for (const version of ["1.32", "1.36"] as const) {
				for (const family of FAMILIES) {
					const wanted = compiledNft(read, version, family);
					for (const { state, owner, place } of wanted === undefined ? [] : (NFT_MUTATIONS[kind]?.(wanted) ?? [])) {
						const { equal, services } = diff(state, wanted ?? state, { telling: "live" });
						const owners = services.map(({ servicePort }) => servicePort);
						expect({ name, version, place, equal, owners }).toEqual({
							name,
							version,
							place,
							equal: false,
							owners: [owner],
						});
						for (const { changes } of services) for (const change of changes) told.add(change.kind);
						const { tables, refused } = tryTransaction(nftTransaction(state, wanted ?? state), state.nft);
						expect(refused).toBeUndefined();
						expect(diff({ ...state, nft: tables }, wanted ?? state).equal).toBe(true);
					}
				}
			}
		}
		expect([...told]).toEqual(expect.arrayContaining([...(TOLD[kind] ?? [])]));
	});
});
