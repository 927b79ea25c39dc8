import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildIpvs } from "../src/backend/ipvs/build.ts";
import { installedRuleset } from "../src/backend/netfilter/installed.ts";
import { backends, type Family, KUBE_VERSIONS } from "../src/index.ts";
import { parseSets } from "../src/lang/ipset/parse.ts";
import { parseTable } from "../src/lang/ipvs/parse.ts";
import { arbitraryConfig, arbitraryObjects, withOrder } from "./support/arbitrary-snapshot.ts";
import { type CompileInput, modelOf } from "./support/compile-objects.ts";
import { IS_LONG } from "./support/is-long.ts";

/** Same snapshots in every run; many more in the long run. */
const RUNS = { seed: 20261121, numRuns: IS_LONG ? 5000 : 150 };

const input = fc.record({
	objects: arbitraryObjects,
	config: arbitraryConfig,
	family: fc.constantFrom<Family>("ipv4", "ipv6"),
	kubeVersion: fc.constantFrom(...KUBE_VERSIONS.filter((version) => version !== "1.30")),
});

function partsOf(one: CompileInput): Readonly<Record<string, string>> {
	const parts = backends.ipvs((backend) => backend.parts([backend.build(modelOf(one))]));
	return Object.fromEntries(parts.map((part) => [part.name, part.print()]));
}

describe("laws of the IPVS backend, on generated snapshots", () => {
	it("shuffling the objects changes no byte", () => {
		fc.assert(
			fc.property(withOrder(input), ({ one, order }) => {
				expect(partsOf({ ...one, objects: order })).toEqual(partsOf(one));
			}),
			RUNS,
		);
	});

	it("rules refer to sets that exist, and to chains of the same table", () => {
		fc.assert(
			fc.property(input, (one) => {
				const rules = buildIpvs(modelOf(one));
				const sets = new Set(rules.sets.map(({ name }) => name));
				for (const table of installedRuleset(rules).tables) {
					const chains = new Set(table.chains.map(({ name }) => name));
					for (const { matches, target } of table.rules) {
						for (const match of matches) if (match.kind === "set") expect(sets).toContain(match.set);
						if (target?.kind === "jump") expect(chains).toContain(target.chain);
					}
				}
			}),
			RUNS,
		);
	});

	it("names of sets have at most 31 characters, and no entry is there twice", () => {
		fc.assert(
			fc.property(input, (one) => {
				const { sets, unknown } = parseSets(partsOf(one)["ipset.txt"] ?? "");
				expect(unknown).toEqual([]);
				expect(sets.length).toBe(17);
				for (const { name, entries } of sets) {
					expect(name.length).toBeLessThanOrEqual(31);
					expect(new Set(entries.map((entry) => JSON.stringify(entry))).size).toBe(entries.length);
				}
			}),
			RUNS,
		);
	});

	it("no virtual server or real server is there twice, and every address but a node's own is on kube-ipvs0", () => {
		fc.assert(
			fc.property(input, (one) => {
				const model = modelOf(one);
				const parts = partsOf(one);
				const { table, unknown } = parseTable(parts["ipvsadm.txt"] ?? "");
				expect(unknown).toEqual([]);
				const bound = new Set((parts["kube-ipvs0.txt"] ?? "").split("\n").map((line) => line.split("/")[0]));
				for (const { ip, realServers } of table.virtualServers) {
					expect(bound.has(ip) || model.node.interfaceIPs.some((own) => own === ip)).toBe(true);
					expect(new Set(realServers.map((real) => `${real.ip} ${real.port}`)).size).toBe(realServers.length);
				}
			}),
			RUNS,
		);
	});
});
