import { describe, expect, it } from "vitest";
import { useCertificates } from "../support/api-server/certificates.ts";
import {
	dumpFiles,
	dumpHere,
	dumpObjects,
	expectResult,
	expectTrouble,
	READER,
	SHOP,
	SHOP_OBJECTS,
	serve,
} from "../support/api-server/live-run.ts";
import { manyServices } from "../support/api-server/many-services.ts";
import { READER_RULES } from "../support/api-server/users.ts";

const certificates = useCertificates();

const shop = await dumpFiles(SHOP);

/** Services in namespaces `team-00` to `team-49`, labelled `tier: even` and `tier: odd`. */
const TEAMS = [...manyServices({ services: 100, slices: 100 })];

describe("what is shown", () => {
	it("is narrowed by -n, and everything is read all the same", async () => {
		const { server, kubeconfig } = await serve(certificates);
		const options = ["-o", "json", "-n", "shop"];
		const run = await dumpHere(kubeconfig, options);
		expectResult(run, await dumpFiles(SHOP, options));
		expect(run.stdout).not.toBe((await dumpHere(kubeconfig, ["-o", "json"])).stdout);
		expect(server.received.some(({ url }) => url.includes("/namespaces/shop/"))).toBe(false);
	});

	it("is narrowed by -l without --only, and everything is read all the same", async () => {
		const { server, kubeconfig } = await serve(certificates, { objects: TEAMS });
		const options = ["-o", "json", "-l", "tier in (even)"];
		const run = await dumpHere(kubeconfig, options);
		expectResult(run, await dumpObjects(TEAMS, options));
		expect(run.stdout).not.toBe((await dumpHere(kubeconfig, ["-o", "json"])).stdout);
		expect(server.received.some(({ url }) => url.includes("labelSelector="))).toBe(false);
	});

	it("is nothing when -l is no selector: then nothing is read either", async () => {
		const { server, kubeconfig } = await serve(certificates);
		expectTrouble(await dumpHere(kubeconfig, ["-o", "json", "-l", "a=b=c"]), 'at character 4, found "="');
		expect(server.received).toEqual([]);
	});
});

describe("what is read", () => {
	it("is one namespace with --only -n, for whom may read no other", async () => {
		const rules = [
			{ apiGroups: [""], resources: ["services"], verbs: ["list"], namespace: "team-07" },
			{ apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list"], namespace: "team-07" },
			{ apiGroups: [""], resources: ["nodes"], verbs: ["list"] },
		];
		const { server, kubeconfig } = await serve(certificates, { objects: TEAMS, users: [{ ...READER, rules }] });
		const run = await dumpHere(kubeconfig, ["--only", "-n", "team-07", "-o", "json"]);
		const expected = TEAMS.filter(({ kind, metadata }) => kind === "Node" || metadata.namespace === "team-07");
		expectResult(run, await dumpObjects(expected, ["-n", "team-07", "-o", "json"]));
		const lists = server.received.filter(({ on }) => on === "services" || on === "endpointslices");
		expect(lists.every(({ url }) => url.includes("/namespaces/team-07/"))).toBe(true);
	});

	it.each(["", "a/b", "..", "Shop"])("is no namespace called %j", async (namespace) => {
		const { server, kubeconfig } = await serve(certificates);
		const run = await dumpHere(kubeconfig, ["--only", "-n", namespace]);
		expectTrouble(run, `error: -n: expected a namespace (`, `got ${JSON.stringify(namespace)}\n`);
		expect(server.received).toEqual([]);
	});

	it("names the Role that is missing in that namespace", async () => {
		const { kubeconfig } = await serve(certificates, { users: [{ ...READER, rules: [] }] });
		const run = await dumpHere(kubeconfig, ["--only", "-n", "shop", "-o", "json"]);
		expectTrouble(run, "kind: Role", "namespace: shop", 'in the namespace "shop"');
	});

	it("is Services with some labels and their slices with --only -l", async () => {
		const { server, kubeconfig } = await serve(certificates, { objects: TEAMS });
		const run = await dumpHere(kubeconfig, ["--only", "-l", "tier in (even),tier!=odd"]);
		const expected = TEAMS.filter(({ kind, metadata }) => kind !== "Service" || metadata.labels?.["tier"] === "even");
		expectResult(run, await dumpObjects(expected));
		expect(
			server.received.some(({ url }) => url.startsWith("/api/v1/services") && url.includes("labelSelector=")),
		).toBe(true);
	});

	it("is wanted by --only, which needs to know what", async () => {
		const { kubeconfig } = await serve(certificates);
		expectTrouble(await dumpHere(kubeconfig, ["--only"]), "--only", "-n");
	});
});

describe("kube-proxy's configuration", () => {
	const configMap = (data: Readonly<Record<string, string>>, name = "kube-proxy") => ({
		apiVersion: "v1",
		kind: "ConfigMap",
		metadata: { name, namespace: "kube-system" },
		data,
	});
	const CONFIG = [
		"apiVersion: kubeproxy.config.k8s.io/v1alpha1",
		"kind: KubeProxyConfiguration",
		"mode: ipvs",
		"ipvs: {scheduler: lc}",
		"clusterCIDR: 10.250.0.0/16",
	].join("\n");

	it("is taken from the ConfigMap of kubeadm, and flags win over it", async () => {
		const objects = [...SHOP_OBJECTS, configMap({ "config.conf": CONFIG, "kubeconfig.conf": "s3cret" })];
		const { kubeconfig } = await serve(certificates, { objects });
		const run = await dumpHere(kubeconfig);
		expectResult(run, await dumpFiles(SHOP, ["--proxy-mode", "ipvs", "--ipvs-scheduler", "lc"]));
		const byFlag = await dumpHere(kubeconfig, ["--proxy-mode", "iptables"]);
		expectResult(byFlag, shop);
	});

	it("is taken from another one when --kube-proxy-configmap says so, and then it has to be there", async () => {
		const rules = [...READER_RULES, { apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }];
		const objects = [...SHOP_OBJECTS, configMap({ other: CONFIG }, "proxy")];
		const { kubeconfig } = await serve(certificates, { objects, users: [{ ...READER, rules }] });
		const run = await dumpHere(kubeconfig, ["--kube-proxy-configmap", "kube-system/proxy:other"]);
		expectResult(run, await dumpFiles(SHOP, ["--proxy-mode", "ipvs", "--ipvs-scheduler", "lc"]));
		expectTrouble(await dumpHere(kubeconfig, ["--kube-proxy-configmap", "kube-system/proxy:none"]), "none", "other");
		expectTrouble(await dumpHere(kubeconfig, ["--kube-proxy-configmap", "kube-system/nowhere"]), "kube-system/nowhere");
	});

	it("is not asked for when --config gives one", async () => {
		const { server, kubeconfig } = await serve(certificates);
		expect((await dumpHere(kubeconfig, ["--config", "fixtures/golden/ipvs-settings/config.yaml"])).exitCode).toBe(0);
		expect(server.received.some(({ on }) => on === "configmaps")).toBe(false);
	});

	it("that is no YAML is an error, and its text is not shown", async () => {
		const { kubeconfig } = await serve(certificates, {
			objects: [...SHOP_OBJECTS, configMap({ "config.conf": "mode: [\n s3cret" })],
		});
		expectTrouble(await dumpHere(kubeconfig), "kube-system/kube-proxy", "config.conf", "YAML");
	});

	it("that is not there is no error, and its absence is told", async () => {
		const { kubeconfig } = await serve(certificates);
		const run = await dumpHere(kubeconfig);
		expectResult(run, shop);
		expect(run.stderr).toMatch(/note: .*kube-system\/kube-proxy/);
	});
});

describe("servers that have less", () => {
	it.each(["v1.30.14", "v1.32.9"])("reads %s, which has no ServiceCIDRs", async (version) => {
		const { kubeconfig } = await serve(certificates, { version, hasServiceCIDRs: false });
		expectResult(
			await dumpHere(kubeconfig, ["--kube-version", "1.34"]),
			await dumpFiles(SHOP, ["--kube-version", "1.34"]),
		);
	});

	it("takes the version that the server says", async () => {
		const { kubeconfig } = await serve(certificates, { version: "v1.30.14+k3s1" });
		expectResult(await dumpHere(kubeconfig), await dumpFiles(SHOP, ["--kube-version", "1.30"]));
		expect((await dumpFiles(SHOP, ["--kube-version", "1.30"])).stdout).not.toBe(shop.stdout);
	});
});
