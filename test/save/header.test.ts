import { describe, expect, it } from "vitest";
import { readSnapshot } from "../../src/index.ts";
import { saveSnapshot } from "../../src/save/save-snapshot.ts";

const HEADER = {
	takenAt: "2026-11-21T18:30:00Z",
	server: "https://192.0.2.1:6443",
	context: "kind-shop",
	serverVersion: "v1.34.2",
	svcnatVersion: "0.1.0",
	resourceVersions: { services: "17" },
	isAnonymized: false,
	proxyConfig: { clusterCIDR: "10.244.0.0/16" },
};

function readObjects(...objects: readonly unknown[]) {
	return readSnapshot(objects.map((value, index) => ({ value, source: `file ${index + 1}` })));
}

describe("the header of a snapshot", () => {
	it("is read as it was saved, and is no object of another kind", () => {
		const { header, problems, ignored } = readObjects(...saveSnapshot([], { header: HEADER }).objects);
		expect(header).toEqual({ ...HEADER, source: "file 1" });
		expect(problems).toEqual([]);
		expect(ignored).toEqual([]);
	});

	it("says nothing that is not known", () => {
		const { objects } = saveSnapshot([], { header: {} });
		expect(objects).toEqual([{ apiVersion: "svcnat.dev/v1", kind: "Snapshot" }]);
		expect(readObjects(...objects).header).toEqual({ source: "file 1", resourceVersions: {}, isAnonymized: false });
	});

	it("is not an object that is saved: a snapshot of a snapshot has one header", () => {
		const first = saveSnapshot([], { header: HEADER }).objects.map((value) => ({ value }));
		expect(saveSnapshot([...first, ...first], { header: HEADER, isFull: true }).objects).toHaveLength(1);
	});

	it("of two files is that of the last one, which is said", () => {
		const [one] = saveSnapshot([], { header: HEADER }).objects;
		const [two] = saveSnapshot([], { header: { ...HEADER, context: "other" } }).objects;
		const { header, problems } = readObjects(one, two);
		expect(header?.context).toBe("other");
		expect(problems.map(({ code, message }) => [code, message])).toEqual([
			["DUPLICATE_OBJECT", "seen before (file 1); the later one is used"],
		]);
	});

	it.each([
		[{ context: 7 }, "FIELD_TYPE", "context"],
		[{ resourceVersions: [] }, "FIELD_TYPE", "resourceVersions"],
		[{ resourceVersions: { services: {} } }, "FIELD_TYPE", "resourceVersions.services"],
		[{ anonymized: "yes" }, "FIELD_TYPE", "anonymized"],
		[{ apiVersion: "svcnat.dev/v2" }, "API_VERSION", "apiVersion"],
	])("with %j is left out, and the objects are read", (fields, code, path) => {
		const [object] = saveSnapshot([], { header: HEADER }).objects;
		const node = { apiVersion: "v1", kind: "Node", metadata: { name: "n1" } };
		const { header, problems, snapshot } = readObjects({ ...object, ...fields }, node);
		expect(header).toBeUndefined();
		expect(problems.map((problem) => [problem.code, problem.path])).toEqual([[code, path]]);
		expect(snapshot.nodes).toHaveLength(1);
	});

	it("is not what other groups call a Snapshot", () => {
		const other = { apiVersion: "backup.example/v1", kind: "Snapshot", context: 7 };
		expect(readObjects(other)).toMatchObject({
			header: undefined,
			problems: [],
			ignored: [{ kind: "Snapshot", count: 1 }],
		});
	});

	it("of an anonymized snapshot tells the version without what a vendor adds, and a configuration without names", () => {
		const proxyConfig = {
			kind: "KubeProxyConfiguration",
			bindAddress: "0.0.0.0",
			clientConnection: { kubeconfig: "/secret" },
			clusterCIDR: "10.244.0.0/16,fd00:10:244::/56",
			detectLocal: { bridgeInterface: "secret0", interfaceNamePrefix: "secret" },
			detectLocalMode: "BridgeInterface",
			featureGates: { SecretGate: true, TopologyAwareHints: true },
			hostnameOverride: " Worker-1 ",
			ipvs: { scheduler: "wlc", tcpTimeout: "15m0s", excludeCIDRs: ["10.0.0.0/8"] },
			logging: { format: "secret" },
			nodePortAddresses: ["127.0.0.0/8", "0.0.0.0/0", "::1/128"],
		};
		const header = { ...HEADER, serverVersion: "v1.34.2-secret.1", proxyConfig };
		const node = { value: { apiVersion: "v1", kind: "Node", metadata: { name: "worker-1" } } };
		const { objects, nodes } = saveSnapshot([node], { header, anonymizeKey: "k" });
		expect(nodes).toEqual(new Map([["worker-1", "node-1"]]));
		expect(JSON.stringify(objects)).not.toMatch(/secret|worker|192\.0\.2|2026|kind-shop/i);
		expect(objects[0]).toEqual({
			anonymized: true,
			apiVersion: "svcnat.dev/v1",
			kind: "Snapshot",
			proxyConfig: {
				bindAddress: "0.0.0.0",
				clusterCIDR: expect.stringMatching(/^10\.\d+\.0\.0\/16,fd[0-9a-f:]+\/56$/),
				detectLocal: { bridgeInterface: "bridge0", interfaceNamePrefix: "pod" },
				detectLocalMode: "BridgeInterface",
				featureGates: { TopologyAwareHints: true },
				hostnameOverride: "node-1",
				ipvs: { excludeCIDRs: ["10.0.0.0/8"], scheduler: "wlc", tcpTimeout: "15m0s" },
				kind: "KubeProxyConfiguration",
				nodePortAddresses: ["127.0.0.0/8", "0.0.0.0/0", "::1/128"],
			},
			serverVersion: "v1.34.2",
			svcnatVersion: "0.1.0",
		});
	});

	it("of an anonymized snapshot has no configuration that kube-proxy would refuse", () => {
		const header = { proxyConfig: { clusterCIDR: "secret" } };
		expect(saveSnapshot([], { header, anonymizeKey: "k" }).objects[0]).not.toHaveProperty("proxyConfig");
	});
});
