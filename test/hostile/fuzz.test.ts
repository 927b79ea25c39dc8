import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDocuments } from "../../src/cli/compile/parse-documents.ts";
import { printProblem, readProxyConfig, type SourceDocument } from "../../src/index.ts";
import { Trouble } from "../../src/trouble.ts";
import { IS_LONG } from "../support/is-long.ts";
import { expectFuzzLaws, type Seed, seeds } from "./fuzz-support.ts";
import { mutate, mutations } from "./mutate.ts";
import { byteMutations, mutateBytes } from "./mutate-bytes.ts";

const TIMEOUT = 3_600_000;
const SEED = 20_260_401;

/** About 2,000 altogether in a normal run, 110,000 in a long one. */
const RUNS = IS_LONG
	? { objects: 60_000, configs: 20_000, texts: 30_000 }
	: { objects: 1000, configs: 400, texts: 600 };

const bases = seeds();
const base = fc.nat({ max: bases.length - 1 });

function baseAt(index: number): Seed {
	const found = bases[index];
	if (found === undefined) throw new Error(`there is no captured state ${index}`);
	return found;
}

describe("mutated input never breaks anything", () => {
	it("objects", { timeout: TIMEOUT }, () => {
		const property = fc.property(base, mutations, fc.nat(), (index, changes, version) => {
			const { node, value } = baseAt(index);
			expectFuzzLaws([{ value: mutate(value, changes), source: "fuzz" }], { node, version, config: undefined });
		});
		fc.assert(property, { seed: SEED, numRuns: RUNS.objects });
	});

	it("configurations", { timeout: TIMEOUT }, () => {
		const property = fc.property(base, mutations, fc.nat(), (index, changes, version) => {
			const { node, value, config: own } = baseAt(index);
			const full = { ...FULL_CONFIG, ...(own as Record<string, unknown>) };
			const { config, problems, unknownKeys } = readProxyConfig(mutate(full, changes));
			expect(problems.map(printProblem).filter((text) => text.includes("\n"))).toEqual([]);
			expect(Array.isArray(unknownKeys)).toBe(true);
			if (config === undefined) expect(problems.some(({ severity }) => severity === "error")).toBe(true);
			else expectFuzzLaws([{ value }], { node, version, config });
		});
		fc.assert(property, { seed: SEED, numRuns: RUNS.configs });
	});

	it("bytes of YAML and JSON", { timeout: TIMEOUT }, () => {
		const property = fc.property(base, fc.boolean(), byteMutations, (index, isJSON, changes) => {
			const { node, text, value } = baseAt(index);
			const bytes = mutateBytes(isJSON ? JSON.stringify(value) : text, changes);
			const documents = parseOrTrouble(bytes.toString("utf8"));
			if (documents !== undefined) expectFuzzLaws(documents, { node, version: changes.length, config: undefined });
		});
		fc.assert(property, { seed: SEED, numRuns: RUNS.texts });
	});
});

/** A configuration that uses every field that reaches the rules, so that there is something to break. */
const FULL_CONFIG = {
	apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
	kind: "KubeProxyConfiguration",
	mode: "iptables",
	bindAddress: "0.0.0.0",
	hostnameOverride: "",
	clusterCIDR: "10.244.0.0/16,fd00:10:244::/56",
	detectLocalMode: "InterfaceNamePrefix",
	detectLocal: { bridgeInterface: "cni0", interfaceNamePrefix: "veth" },
	iptables: { masqueradeAll: false, masqueradeBit: 14, localhostNodePorts: true },
	conntrack: { tcpBeLiberal: false },
	nodePortAddresses: ["192.0.2.0/24", "2001:db8::/32"],
	featureGates: { LoadBalancerIPMode: true, ServiceTrafficDistribution: true },
};

/** The parser may refuse a text, in words; anything else it throws is a fault. */
function parseOrTrouble(text: string): readonly SourceDocument[] | undefined {
	try {
		return parseDocuments(text, "fuzz");
	} catch (error) {
		if (!(error instanceof Trouble)) throw error;
		expect(error.message).not.toMatch(/\n/);
		return undefined;
	}
}
