import { afterAll, describe, expect, it } from "vitest";
import type { ProxyMode } from "../src/index.ts";
import { canon, inSortedBlocks } from "./support/canon.ts";
import { compileParts, type ReadCase, readCase } from "./support/compile-case.ts";
import { type Capture, captures, oracleCases } from "./support/oracle.ts";
import { EXCEPTIONS, RANDOM_CASE } from "./support/oracle-exceptions.ts";

/** How many texts there are to compare. */
const CAPTURED = { iptables: 2855, ipvs: 722, nftables: 1832 } as const;

const cases = oracleCases().map(readCase);

for (const mode of ["iptables", "ipvs", "nftables"] as const) {
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

/** Endpoints of both policies together: kube-proxy puts their chains in random order (spec section 3.4, step 8). */
const RANDOM_ENDPOINT_CHAINS = ["42-terminating-local-policy", "53-hints-with-local-policy"];

describe("the order inside kube-proxy's restore text, iptables mode", () => {
	const ordered = cases.filter((read) => !RANDOM_ENDPOINT_CHAINS.includes(read.case.name));
	for (const read of ordered) {
		it(read.case.name, () => {
			const texts = captures(read.case.name, "iptables").filter(({ file }) => file.startsWith("restore."));
			for (const { version, file, text } of texts) {
				const actual = compileParts(read, "iptables", version)[file] ?? "";
				if (canon(file, actual) === canon(file, text)) expect(inSortedBlocks(actual)).toBe(inSortedBlocks(text));
			}
		});
	}
});

describe("the order inside kube-proxy's transaction, nftables mode", () => {
	let wholes = 0;
	for (const read of cases.filter((one) => one.case.name !== RANDOM_CASE)) {
		it(read.case.name, () => {
			const texts = captures(read.case.name, "nftables").filter(({ file }) => file.startsWith("nft."));
			for (const { version, file, text } of texts) {
				const actual = compileParts(read, "nftables", version)[file] ?? "";
				const label = `${version} ${file}`;
				expect(commonPart(actual), label).toBe(commonPart(text));
				if (servicePortsIn(text) > 1) continue;
				wholes++;
				expect(actual, label).toBe(text);
			}
		});
	}

	it("is compared as a whole where there is but one service port", () => {
		expect(wholes).toBeGreaterThan(600);
	});
});

/** What comes before the first service port: everything that all have in common. */
function commonPart(transaction: string): string {
	const lines = transaction.split("\n");
	const end = lines.findIndex((line) =>
		/^add (?:chain|element) \S+ kube-proxy (?:\S*\/|(?!nodeport-ips)\S+ \{ [^t])/.test(line),
	);
	return lines.slice(0, end === -1 ? undefined : end).join("\n");
}

/** How many service ports have a chain, or nobody to serve them. */
function servicePortsIn(transaction: string): number {
	const chains = [
		...transaction.matchAll(/^add chain \S+ kube-proxy (?:service|local|external|firewall)-(\S+\/\S*)$/gm),
	];
	const unserved = [...transaction.matchAll(/ comment ("[^"]*") : /g)];
	return new Set([...chains, ...unserved].map(([, name]) => name)).size;
}

describe("contradicting slices", () => {
	const [read] = cases.filter((one) => one.case.name === RANDOM_CASE);
	for (const mode of ["iptables", "ipvs", "nftables"] as const) {
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
function inEveryOrder(read: ReadCase, { version, file }: Capture, mode: ProxyMode): readonly string[] {
	const slices = read.read.snapshot.endpointSlices;
	return Array.from({ length: 2 ** slices.length }, (_, order) => {
		const renamed = slices.map((slice, index) => ({ ...slice, name: `${(order >> index) & 1}-${slice.name}` }));
		const snapshot = { ...read.read.snapshot, endpointSlices: renamed };
		return canon(file, compileParts(read, mode, version, snapshot)[file] ?? "");
	});
}
