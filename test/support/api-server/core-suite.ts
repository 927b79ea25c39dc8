import { afterAll, beforeAll, expect, it } from "vitest";
import { readLiveCluster } from "../../../src/cluster/read-live-cluster.ts";
import type { Run } from "../svcnat.ts";
import { newApiClient } from "./api-client.ts";
import { base64, kubeconfigOf, writeKubeconfig } from "./kubeconfig.ts";
import { clusterOf, dumpHere, dumpLive, dumpObjects, expectResult, expectTrouble, NOBODY, READER } from "./live-run.ts";
import { type KubeObject, objectsOf } from "./objects.ts";
import { readRules } from "./rbac.ts";
import type { TestCluster } from "./test-cluster.ts";

const PATHS = [
	["v1", "Service", "/api/v1/services"],
	["discovery.k8s.io/v1", "EndpointSlice", "/apis/discovery.k8s.io/v1/endpointslices"],
	["v1", "Node", "/api/v1/nodes"],
	["networking.k8s.io/v1", "ServiceCIDR", "/apis/networking.k8s.io/v1/servicecidrs"],
] as const;

/** What has to hold for the tests' own API server and for a real one. */
export function coreSuite(start: () => Promise<TestCluster>): void {
	let cluster: TestCluster;
	let objects: readonly KubeObject[];
	let expected: Run;
	beforeAll(async () => {
		cluster = await start();
		const client = newApiClient(cluster.url, cluster.certificates, cluster.admin.token ?? "");
		const lists = await Promise.all(
			PATHS.map(async ([apiVersion, kind, path]) => itemsOf(await client.send("GET", path), apiVersion, kind)),
		);
		objects = lists.flat();
		const version = textOf((await client.send("GET", "/version")).body, "gitVersion");
		expected = await dumpObjects(objects, ["--kube-version", version]);
	});
	afterAll(() => cluster?.stop());

	const kubeconfig = (user: Readonly<Record<string, unknown>>): string => {
		const config = kubeconfigOf({ cluster: clusterOf(cluster.certificates, cluster.url), user });
		return writeKubeconfig(cluster.certificates.directory, config);
	};

	it("gives the same rules as the objects that plain requests fetch", async () => {
		expect(objects.length).toBeGreaterThan(10);
		expectResult(await dumpLive(kubeconfig({ token: READER.token })), expected);
	});

	it("gives the same objects in pages of two as in one", async () => {
		const file = kubeconfig({ token: READER.token });
		const [pages, whole] = await Promise.all(
			[2, 500].map((pageSize) => readLiveCluster({ kubeconfig: file, pageSize })),
		);
		expect(pages?.documents).toEqual(whole?.documents);
		const names = whole?.documents.flatMap(({ value }) => objectsOf(value)).map(keyOf);
		expect(names).toEqual(objects.map(keyOf));
	});

	it("takes a client certificate, and says who may not read", async () => {
		const { cert, key } = cluster.certificates.client;
		const run = await dumpHere(kubeconfig({ "client-certificate-data": base64(cert), "client-key-data": base64(key) }));
		expectTrouble(run, 'User "reader" cannot list resource "services" in API group "" at the cluster scope');
	});

	it("says that a token is not accepted", async () => {
		expectTrouble(await dumpHere(kubeconfig({ token: "s3cret" })), "401", "Unauthorized");
	});

	it("prints the rules of RBAC that are missing", async () => {
		const run = await dumpHere(kubeconfig({ token: NOBODY.token }));
		expectTrouble(run, 'services is forbidden: User "nobody" cannot list resource "services"');
		expectTrouble(run, 'endpointslices.discovery.k8s.io is forbidden: User "nobody" cannot list');
		const resources = readRules(run.stderr).flatMap((rule) => rule.resources);
		expect(resources).toEqual(expect.arrayContaining(["services", "endpointslices", "nodes"]));
	});

	it("acts as somebody else", async () => {
		const file = kubeconfig({ token: cluster.admin.token });
		expectResult(await dumpHere(file, ["--as", READER.name]), expected);
		expectTrouble(await dumpHere(file, ["--as", NOBODY.name]), 'User "nobody" cannot list');
		const other = kubeconfig({ token: NOBODY.token });
		expectTrouble(await dumpHere(other, ["--as", READER.name]), "cannot impersonate", READER.name);
	});

	it("reads one namespace", async () => {
		const file = kubeconfig({ token: READER.token });
		const { documents } = await readLiveCluster({ kubeconfig: file, namespace: "shop" });
		const read = documents.flatMap(({ value }) => objectsOf(value)).map(keyOf);
		const namespaced = ["Service", "EndpointSlice"];
		expect(read).toEqual(
			objects.filter(({ kind, metadata }) => !namespaced.includes(kind) || metadata.namespace === "shop").map(keyOf),
		);
	});
}

function itemsOf({ code, body }: { readonly code: number; readonly body: unknown }, apiVersion: string, kind: string) {
	// Servers before 1.33 have no ServiceCIDRs.
	if (code === 404 && kind === "ServiceCIDR") return [];
	if (code !== 200 || !isRecord(body) || !Array.isArray(body["items"])) throw new Error(`${kind}: ${code}`);
	return body["items"].flatMap((item) => objectsOf({ apiVersion, kind, ...item }));
}

function textOf(value: unknown, key: string): string {
	return isRecord(value) ? String(value[key]) : "";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function keyOf({ kind, metadata: { namespace = "", name } }: KubeObject): string {
	return `${kind} ${namespace}/${name}`;
}
