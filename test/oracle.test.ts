import { afterAll, describe, expect, it } from "vitest";
import { canon } from "./support/canon.ts";
import { compilePart, type ReadCase, readCase } from "./support/compile-case.ts";
import { type Capture, captures, oracleCases } from "./support/oracle.ts";

/** Slices of this case contradict each other, and kube-proxy merges them in random order. */
const RANDOM_CASE = "60-slices-with-duplicates";

/**
 * Texts that need not equal the capture, each with the reason. One that equals it all the same does not belong here and
 * fails.
 */
const EXCEPTIONS: Readonly<Record<string, string>> = {
	"60-slices-with-duplicates 1.30 restore.v4.txt":
		"captured once, with another order of slices; see below for the proof",
	"60-slices-with-duplicates 1.30 save.v4.txt": "captured once, with another order of slices; see below for the proof",
	"94-odd-addresses 1.30 save.v4.txt":
		"kube-proxy failed: it sent 010.244.001.153, and iptables-restore refused the file",
};

const counts = { compared: 0, equal: 0, equalToOutcome: 0, exceptions: 0 };

describe("what real kube-proxies programmed, iptables mode", () => {
	for (const oracleCase of oracleCases()) {
		it(oracleCase.name, () => {
			const read = readCase(oracleCase);
			for (const capture of captures(oracleCase.name, "iptables")) compare(read, capture);
		});
	}

	it("was compared completely", () => {
		expect(counts.compared).toBe(2855);
		expect(counts.exceptions).toBe(Object.keys(EXCEPTIONS).length);
	});

	it("refuses the configuration that kube-proxy 1.30 refuses", () => {
		const refused = oracleCases()
			.filter(({ name }) => name === "79-config-nodeport-addresses-primary")
			.map(readCase);
		expect(refused.map((read) => compilePart(read, "1.30", "restore.v4.txt"))).toEqual([undefined]);
	});

	afterAll(() => {
		const { compared, equal, equalToOutcome, exceptions } = counts;
		console.log(
			`oracle: ${compared} texts of ${oracleCases().length} cases compared: ${equal} equal, ` +
				`${equalToOutcome} equal to another recorded outcome of case 60, ${exceptions} listed exceptions`,
		);
	});
});

describe("contradicting slices", () => {
	const read = oracleCases()
		.filter(({ name }) => name === RANDOM_CASE)
		.map(readCase);
	for (const capture of captures(RANDOM_CASE, "iptables")) {
		it(`${capture.version} ${capture.file} is what some order of slices gives`, () => {
			const outcomes = read.flatMap((one) => inEveryOrder(one, capture));
			expect(outcomes.length).toBeGreaterThan(1);
			expect(outcomes).toContain(canon(capture.text));
		});
	}
});

function compare(read: ReadCase, capture: Capture): void {
	const { name } = read.case;
	const label = `${name} ${capture.version} ${capture.file}`;
	const actual = canon(compilePart(read, capture.version, capture.file) ?? "");
	const expected = canon(capture.text);
	counts.compared++;
	if (EXCEPTIONS[label] !== undefined) {
		counts.exceptions++;
		expect(actual, `${label} is a listed exception, but equal`).not.toBe(expected);
	} else if (actual === expected) {
		counts.equal++;
	} else if (name === RANDOM_CASE && capture.outcomes.some((outcome) => canon(outcome) === actual)) {
		counts.equalToOutcome++;
	} else {
		expect(actual, label).toBe(expected);
	}
}

/** The results for every order of slices: slices are merged by name, so they get other names. */
function inEveryOrder(read: ReadCase, { version, file }: Capture): readonly string[] {
	const slices = read.read.snapshot.endpointSlices;
	return Array.from({ length: 2 ** slices.length }, (_, order) => {
		const renamed = slices.map((slice, index) => ({ ...slice, name: `${(order >> index) & 1}-${slice.name}` }));
		const snapshot = { ...read.read.snapshot, endpointSlices: renamed };
		return canon(compilePart(read, version, file, snapshot) ?? "");
	});
}
