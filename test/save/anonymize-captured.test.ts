import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDocuments } from "../../src/cli/compile/parse-documents.ts";
import { KUBE_VERSIONS, parseIP, readProxyConfig, readSnapshot } from "../../src/index.ts";
import { newAddressMap } from "../../src/save/map-address.ts";
import { saveSnapshot } from "../../src/save/save-snapshot.ts";
import { seeds } from "../hostile/fuzz-support.ts";
import { mutate, mutations } from "../hostile/mutate.ts";
import { IS_LONG } from "../support/is-long.ts";
import { type OracleCase, oracleCases } from "../support/oracle.ts";
import { shapeOf } from "../support/rule-shape.ts";
import { readSorted } from "../support/save-read.ts";
import { relationsOf, structureOf } from "../support/snapshot-structure.ts";

const KEY = "captured";

/** What a case compiles to, as it is and anonymized, for every version that accepts its configuration, mode and family. */
function* shapes({ snapshotFile, configFile, config: own }: OracleCase) {
	const documents = parseDocuments(readFileSync(snapshotFile, "utf8"), "snapshot.yaml");
	const configValue = parseDocuments(readFileSync(configFile, "utf8"), "config.yaml")[0]?.value;
	const node = { value: { apiVersion: "v1", kind: "Node", metadata: { name: own.nodeName.toLowerCase() } } };
	const hasNode = readSnapshot(documents).snapshot.nodes.some(({ name }) => name === own.nodeName.toLowerCase());
	const all = hasNode ? documents : [...documents, node];
	const nodeIPs = own.nodeIPs.flatMap((ip) => parseIP(ip) ?? []);
	const addresses = (own.interfaces ?? []).flatMap((one) => one.addresses ?? []);
	const interfaceIPs = addresses.flatMap((cidr) => parseIP(cidr.split("/")[0] ?? "") ?? []);
	for (const kubeVersion of KUBE_VERSIONS) {
		const { config } = readProxyConfig(configValue, { kubeVersion });
		if (config === undefined) continue;
		const header = { serverVersion: `v${kubeVersion}.0`, proxyConfig: configValue };
		const saved = saveSnapshot(all, { header, anonymizeKey: KEY });
		const read = readSnapshot(saved.objects.map((value) => ({ value })));
		const mapped = readProxyConfig(read.header?.proxyConfig, { kubeVersion }).config;
		if (mapped === undefined) throw new Error("the configuration is refused when it is anonymized");
		const map = newAddressMap(KEY);
		for (const mode of ["iptables", "ipvs"] as const) {
			for (const family of ["ipv4", "ipv6"] as const) {
				const same = { mode, family, kubeVersion };
				const { snapshot } = readSnapshot(all);
				const before = { ...same, snapshot, config, node: own.nodeName, nodeIPs, interfaceIPs };
				const alias = saved.nodes.get(own.nodeName.toLowerCase()) ?? "";
				const ips = { nodeIPs: nodeIPs.map(map), interfaceIPs: interfaceIPs.map(map) };
				const after = { ...same, snapshot: read.snapshot, config: mapped, node: alias, ...ips };
				yield { before: shapeOf(before), after: shapeOf(after), same };
			}
		}
	}
}

describe("captured clusters, anonymized, compile to rules of the same shape in every version", () => {
	it.each(oracleCases())("$name", (oracleCase) => {
		let compared = 0;
		for (const { before, after, same } of shapes(oracleCase)) {
			expect({ ...same, shape: after }).toEqual({ ...same, shape: before });
			compared++;
		}
		expect(compared % 4).toBe(0);
	});
});

describe("captured clusters in which something was changed at random, anonymized,", () => {
	it("have the same structure, as far as they are read at all", () => {
		const bases = seeds();
		const numRuns = IS_LONG ? 20_000 : 500;
		fc.assert(
			fc.property(fc.nat(), mutations, (index, changes) => {
				const documents = [{ value: mutate(bases[index % bases.length]?.value, changes) }];
				const saved = saveSnapshot(documents, { header: {}, anonymizeKey: KEY });
				const before = readSorted(documents).snapshot;
				const after = readSorted(saved.objects.map((value) => ({ value }))).snapshot;
				expect(structureOf(after)).toEqual(structureOf(before));
				expect(relationsOf(after)).toEqual(relationsOf(before));
			}),
			{ seed: 20261121, numRuns },
		);
	});
});
