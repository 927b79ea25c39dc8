import { readFileSync } from "node:fs";
import yaml from "js-yaml";
import { describe, it } from "vitest";
import { expectFuzzLaws } from "./fuzz-support.ts";
import { ADDRESSES } from "./hostile-values.ts";
import { GOOD } from "./inputs.ts";

const VERSIONS = [0, 1, 2, 3, 4, 5, 6];

/** A Service of each family with one endpoint whose address is spelled oddly. */
function objectsWith(address: string): readonly unknown[] {
	return ["IPv4", "IPv6"].flatMap((addressType) => {
		const name = addressType.toLowerCase();
		const spec = { clusterIP: addressType === "IPv4" ? "10.96.0.9" : "fd00:96::9", ports: [{ port: 80 }] };
		const labels = { "kubernetes.io/service-name": name };
		const slice = { addressType, ports: [{ port: 8080 }], endpoints: [{ addresses: [address] }] };
		return [
			{ apiVersion: "v1", kind: "Service", metadata: { name }, spec },
			{ apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", metadata: { name, labels }, ...slice },
		];
	});
}

describe("an oddly spelled endpoint address never gets into rules that iptables cannot read", () => {
	it.each(ADDRESSES)("%j", (address) => {
		const documents = objectsWith(address).map((value) => ({ value }));
		for (const version of VERSIONS) expectFuzzLaws(documents, { node: "worker-1", version, config: undefined });
	});

	it("nor does the good snapshot break anything by itself", () => {
		const documents = yaml.loadAll(readFileSync(GOOD, "utf8")).map((value) => ({ value }));
		for (const version of VERSIONS) expectFuzzLaws(documents, { node: "worker-1", version, config: undefined });
	});
});
