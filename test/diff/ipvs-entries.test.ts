import { describe, expect, it } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { plainSetName } from "../../src/diff/ipvs/view.ts";
import type { NodeState } from "../../src/lang/node-state.ts";
import { capturedNodes, readCases } from "../support/ipvs-diff-cases.ts";
import { type Mutated, setsOf, withExtraEntry, withoutEntry } from "../support/ipvs-diff-mutate.ts";
import { ownersOfEntry } from "../support/ipvs-diff-owners.ts";
import { randomNumbers } from "../support/ipvs-diff-shuffle.ts";
import { compiledState, FAMILIES, ipvsStateOf } from "../support/ipvs-diff-states.ts";
import { RANDOM_CASE } from "../support/oracle-exceptions.ts";

/** What clients notice when an entry is missing in a set; in the first place. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
	"KUBE-CLUSTER-IP": ["address-changed"],
	"KUBE-EXTERNAL-IP": ["address-changed", "masquerade-changed"],
	"KUBE-EXTERNAL-IP-LOCAL": ["address-changed"],
	"KUBE-HEALTH-CHECK-NODE-PORT": ["rules-changed"],
	"KUBE-IPVS-IPS": ["rules-changed"],
	"KUBE-LOAD-BALANCER": ["address-changed", "masquerade-changed"],
	"KUBE-LOAD-BALANCER-FW": ["source-ranges-changed"],
	"KUBE-LOAD-BALANCER-LOCAL": ["policy-changed", "rules-changed"],
	"KUBE-LOAD-BALANCER-SOURCE-CIDR": ["source-ranges-changed"],
	"KUBE-LOAD-BALANCER-SOURCE-IP": ["source-ranges-changed"],
	"KUBE-LOOP-BACK": ["rules-changed"],
	"KUBE-NODE-PORT-LOCAL-TCP": ["policy-changed", "rules-changed"],
	"KUBE-NODE-PORT-LOCAL-UDP": ["policy-changed"],
	"KUBE-NODE-PORT-SCTP-HASH": ["masquerade-changed"],
	"KUBE-NODE-PORT-TCP": ["masquerade-changed", "rules-changed"],
	"KUBE-NODE-PORT-UDP": ["masquerade-changed", "rules-changed"],
};

const reads = readCases();
const random = randomNumbers(20261121);
const told = new Map<string, Set<string>>();

describe("an entry of a set", () => {
	for (const [index, { name, texts }] of capturedNodes().entries()) {
		const read = reads[index];
		if (read === undefined || name === RANDOM_CASE) continue;
		it(`is missing, or too many, in every set of ${name}`, () => {
			for (const family of FAMILIES) {
				const wanted = compiledState(read, "ipvs", family);
				for (const set of setsOf(texts, family)) {
					const missing = withoutEntry(texts, set, random);
					if (missing !== undefined) {
						const kind = expectOne(missing, wanted, { added: 1, removed: 0 });
						const plain = plainSetName(set.name);
						told.set(plain, (told.get(plain) ?? new Set()).add(kind));
					}
					expectOne(withExtraEntry(texts, set, family), wanted, { added: 0, removed: 1 });
				}
			}
		});
	}

	it("is told in the words of clients", () => {
		const found = [...told].map(([set, kinds]) => [set, [...kinds].sort()] as const);
		expect(Object.fromEntries(found.sort())).toEqual(EXPECTED);
	});
});

/** Expects one line to differ, under the service port whose it is; gives what is told first. */
function expectOne(
	{ texts, line }: Mutated,
	wanted: NodeState,
	count: { readonly added: number; readonly removed: number },
): string {
	const { equal, added, removed, services } = diff(ipvsStateOf(texts, wanted.family), wanted, { telling: "live" });
	expect({ equal, added: added.length, removed: removed.length }, line).toEqual({ equal: false, ...count });
	expect(services.length, line).toBe(1);
	expect(ownersOfEntry(wanted, line), line).toContain(services[0]?.servicePort);
	return services[0]?.changes[0]?.kind ?? "nothing";
}
