import { afterAll, describe, expect, it } from "vitest";
import type { ChangeKind } from "../../src/diff/change.ts";
import { type Difference, diff } from "../../src/diff/diff.ts";
import type { Family } from "../../src/index.ts";
import type { NodeState } from "../../src/lang/node-state.ts";
import { capturedNodes, readCases } from "../support/ipvs-diff-cases.ts";
import { MUTATIONS, type Mutated, type Mutation } from "../support/ipvs-diff-mutate.ts";
import { ownersOfAddress, ownersOfServerLine } from "../support/ipvs-diff-owners.ts";
import { randomNumbers } from "../support/ipvs-diff-shuffle.ts";
import { compiledState, FAMILIES, ipvsStateOf, type NodeTexts } from "../support/ipvs-diff-states.ts";
import { RANDOM_CASE } from "../support/oracle-exceptions.ts";

interface Node {
	readonly texts: NodeTexts;
	readonly family: Family;
	/** What svcnat compiles for it. */
	readonly wanted: NodeState;
}

const reads = readCases();
const nodes = capturedNodes().flatMap(({ name, texts }, index): readonly Node[] => {
	const read = reads[index];
	if (read?.case.name !== name || name === RANDOM_CASE) return [];
	return FAMILIES.map((family) => ({ texts, family, wanted: compiledState(read, "ipvs", family) }));
});

let count = 0;

/** What each mutation does for clients: one of these kinds is told, under a service port of the line. */
const EXPECTED: Readonly<
	Record<Exclude<Mutation, "a real server of weight 0 that nobody wants">, readonly ChangeKind[]>
> = {
	"a virtual server missing": ["service-added", "frontend-added"],
	"a real server missing": ["endpoint-added"],
	"a real server at weight 0": ["endpoint-added"],
	"another scheduler": ["rules-changed"],
	"another persistence": ["affinity-changed", "rules-changed"],
	"an address missing": ["address-changed"],
	"a fixed rule missing": ["rules-changed"],
	"an unused set missing": ["rules-changed"],
};

describe("a node in IPVS mode", () => {
	it("has what svcnat compiles", () => {
		for (const { texts, family, wanted } of nodes) {
			const found = diff(ipvsStateOf(texts, family), wanted, { telling: "live" });
			expect(found).toMatchObject({ equal: true, services: [], findings: [] });
		}
		expect(nodes.length).toBe(202);
	});

	it.for(Object.entries(EXPECTED))("with %s differs there, and nowhere else", ([mutation, kinds]) => {
		forAll(mutation as Mutation, ({ line }, found, wanted) => {
			expect(found.equal, line).toBe(false);
			expect(found.services.length, line).toBe(1);
			const [service] = found.services;
			expect(ownersOf(line, wanted), line).toContain(service?.servicePort);
			expect(kinds, line).toContain(service?.changes[0]?.kind);
			expect(
				service?.changes.every(({ message }) => message !== ""),
				line,
			).toBe(true);
		});
	});

	it.for(["a real server missing", "a real server at weight 0"] as const)("with %s: it is named", (mutation) => {
		forAll(mutation, ({ line }, { services }) => {
			expect(services[0]?.changes[0]?.detail).toBe(line.split(" ")[4]);
		});
	});

	it("with a real server of weight 0 that nobody wants is as it should be, but that is worth a word", () => {
		forAll("a real server of weight 0 that nobody wants", ({ line }, { equal, services, findings }) => {
			expect({ equal, services }, line).toEqual({ equal: true, services: [] });
			expect(findings.map(({ code }) => code)).toEqual(["DRAINING"]);
			expect(findings[0]?.message).toContain(line.split(" ")[2]);
		});
	});

	afterAll(() => console.log(`IPVS: ${count} mutations`));
});

function ownersOf(line: string, wanted: NodeState): readonly string[] {
	if (/^-[Aa] (?:-t|-u|--sctp-service) /.test(line)) return ownersOfServerLine(wanted, line);
	return /^(?:-A|create) /.test(line) ? ["shared"] : ownersOfAddress(wanted, line);
}

/** Does something to every node, each time to another part of it, and looks at what differs from what it should have. */
function forAll(mutation: Mutation, check: (mutated: Mutated, found: Difference, wanted: NodeState) => void): void {
	const random = randomNumbers(20261121);
	let own = 0;
	for (const { texts, family, wanted } of nodes) {
		const mutated = MUTATIONS[mutation](texts, family, random);
		if (mutated === undefined) continue;
		check(mutated, diff(ipvsStateOf(mutated.texts, family), wanted, { telling: "live" }), wanted);
		own++;
	}
	expect(own).toBeGreaterThan(100);
	count += own;
}
