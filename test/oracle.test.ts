import { afterAll, describe, expect, it } from "vitest";
import { canon } from "./support/canon.ts";
import { compileParts, type ReadCase, readCase } from "./support/compile-case.ts";
import { type Capture, captures, oracleCases } from "./support/oracle.ts";

/** Slices of this case contradict each other, and kube-proxy merges them in random order. */
const RANDOM_CASE = "60-slices-with-duplicates";

/**
 * Texts that need not equal the capture, each with the reason. One that equals it all the same does not belong here and
 * fails.
 */
const EXCEPTIONS: Readonly<Record<string, string>> = {
	"iptables 60-slices-with-duplicates 1.30 restore.v4.txt":
		"captured once, with another order of slices; see below for the proof",
	"iptables 60-slices-with-duplicates 1.30 save.v4.txt":
		"captured once, with another order of slices; see below for the proof",
	"iptables 94-odd-addresses 1.30 save.v4.txt":
		"kube-proxy failed: it sent 010.244.001.153, and iptables-restore refused the file",
};

/** How many texts there are to compare. */
const CAPTURED = { iptables: 2855, ipvs: 722 } as const;

const cases = oracleCases().map(readCase);

for (const mode of ["iptables", "ipvs"] as const) {
	const counts = { compared: 0, equal: 0, equalToOutcome: 0, exceptions: 0 };
	const listed = Object.keys(EXCEPTIONS).filter((label) => label.startsWith(`${mode} `));

	describe(`what real kube-proxies programmed, ${mode} mode`, () => {
		for (const read of cases) {
			it(read.case.name, () => {
				for (const [version, texts] of byVersion(captures(read.case.name, mode))) {
					const parts = compileParts(read, mode, version);
					for (const capture of texts) compare(read, capture, parts[capture.file] ?? "", mode, counts);
				}
			});
		}

		it("was compared completely", () => {
			expect(counts.compared).toBe(CAPTURED[mode]);
			expect(counts.exceptions).toBe(listed.length);
		});

		afterAll(() => {
			const { compared, equal, equalToOutcome, exceptions } = counts;
			console.log(
				`oracle, ${mode} mode: ${compared} texts of ${cases.length} cases compared: ${equal} equal, ` +
					`${equalToOutcome} equal to another recorded outcome of case 60, ${exceptions} listed exceptions`,
			);
		});
	});
}

describe("what kube-proxy 1.30 refuses", () => {
	it("is refused: node ports on primary addresses came later", () => {
		const refused = cases.filter((read) => read.case.name === "79-config-nodeport-addresses-primary");
		expect(refused.map((read) => compileParts(read, "iptables", "1.30"))).toEqual([{}]);
	});
});

describe("contradicting slices", () => {
	const [read] = cases.filter((one) => one.case.name === RANDOM_CASE);
	for (const mode of ["iptables", "ipvs"] as const) {
		for (const capture of captures(RANDOM_CASE, mode)) {
			it(`${mode} ${capture.version} ${capture.file} is what some order of slices gives`, () => {
				const outcomes = read === undefined ? [] : inEveryOrder(read, capture, mode);
				expect(outcomes.length).toBeGreaterThan(1);
				for (const text of [capture.text, ...(capture.version === "1.36" ? capture.outcomes : [])]) {
					expect(outcomes).toContain(canon(capture.file, text));
				}
			});
		}
	}
});

function byVersion(texts: readonly Capture[]): ReadonlyMap<Capture["version"], readonly Capture[]> {
	const versions = [...new Set(texts.map(({ version }) => version))];
	return new Map(versions.map((version) => [version, texts.filter((capture) => capture.version === version)]));
}

function compare(
	read: ReadCase,
	capture: Capture,
	text: string,
	mode: string,
	counts: Record<"compared" | "equal" | "equalToOutcome" | "exceptions", number>,
): void {
	const { name } = read.case;
	const label = `${mode} ${name} ${capture.version} ${capture.file}`;
	const actual = canon(capture.file, text);
	const expected = canon(capture.file, capture.text);
	counts.compared++;
	if (EXCEPTIONS[label] !== undefined) {
		counts.exceptions++;
		expect(actual, `${label} is a listed exception, but equal`).not.toBe(expected);
	} else if (actual === expected) {
		counts.equal++;
	} else if (name === RANDOM_CASE && capture.outcomes.some((outcome) => canon(capture.file, outcome) === actual)) {
		counts.equalToOutcome++;
	} else {
		expect(actual, label).toBe(expected);
	}
}

/** The results for every order of slices: slices are merged by name, so they get other names. */
function inEveryOrder(read: ReadCase, { version, file }: Capture, mode: "iptables" | "ipvs"): readonly string[] {
	const slices = read.read.snapshot.endpointSlices;
	return Array.from({ length: 2 ** slices.length }, (_, order) => {
		const renamed = slices.map((slice, index) => ({ ...slice, name: `${(order >> index) & 1}-${slice.name}` }));
		const snapshot = { ...read.read.snapshot, endpointSlices: renamed };
		return canon(file, compileParts(read, mode, version, snapshot)[file] ?? "");
	});
}
