import { describe, expect, it } from "vitest";
import { compareModes } from "../../src/diff/compare-modes.ts";
import { backends, type Family } from "../../src/index.ts";
import type { NodeState } from "../../src/lang/node-state.ts";
import { modelOfCase, type ReadCase } from "../support/compile-case.ts";
import { FAMILIES } from "../support/diff-states.ts";
import { compiledNft, smallNftCases } from "../support/nft-diff-states.ts";

function iptablesState(read: ReadCase, family: Family): NodeState | undefined {
	const model = modelOfCase(read, "1.36", family);
	return model && backends.iptables((backend) => backend.state(backend.build(model)));
}

describe("clients meet the same in the nftables mode as in the iptables mode", () => {
	it.for(smallNftCases())("$name", ({ read }) => {
		for (const family of FAMILIES) {
			const [iptables, nft] = [iptablesState(read, family), compiledNft(read, "1.36", family)];
			if (iptables === undefined || nft === undefined) continue;
			expect(compareModes(iptables, nft).services).toEqual([]);
			expect(compareModes(nft, iptables).services).toEqual([]);
		}
	});

	it("which is seen: without its table, each Service is missed", () => {
		const read = smallNftCases().find(({ name }) => name === "98-kitchen-sink")?.read;
		const [iptables, nft] = read === undefined ? [] : [iptablesState(read, "ipv4"), compiledNft(read, "1.36", "ipv4")];
		if (iptables === undefined || nft === undefined) throw new Error("98-kitchen-sink is not compiled");
		const { services } = compareModes(iptables, { ...nft, nft: [] });
		expect(services.map(({ servicePort }) => servicePort)).toEqual(["big/all:h3", "big/all:http", "big/all:https"]);
		expect(services.flatMap(({ changes }) => changes.map(({ kind }) => kind))).toEqual(
			services.map(() => "service-removed"),
		);
	});
});
