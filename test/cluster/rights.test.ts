import yaml from "js-yaml";
import { describe, expect, it } from "vitest";
import { useCertificates } from "../support/api-server/certificates.ts";
import { kubeconfigOf, writeKubeconfig } from "../support/api-server/kubeconfig.ts";
import {
	clusterOf,
	dumpFiles,
	dumpHere,
	expectResult,
	expectTrouble,
	NOBODY,
	READER,
	SHOP,
	serve,
} from "../support/api-server/live-run.ts";
import { readRules } from "../support/api-server/rbac.ts";
import { resourceNotFound } from "../support/api-server/status.ts";
import { type PolicyRule, READER_RULES } from "../support/api-server/users.ts";

const certificates = useCertificates();

const shop = await dumpFiles(SHOP);

describe("who may not read", () => {
	it("says that the server does not accept a token (401)", async () => {
		const { server, folder } = await serve(certificates);
		const user = { token: "s3cret-token-of-yesterday" };
		const file = writeKubeconfig(folder, kubeconfigOf({ cluster: clusterOf(certificates, server.url), user }));
		expectTrouble(await dumpHere(file), /401|[Uu]nauthorized/, /test/);
	});

	it("says that without credentials one is anonymous", async () => {
		const { server, folder } = await serve(certificates);
		const file = writeKubeconfig(folder, kubeconfigOf({ cluster: clusterOf(certificates, server.url), user: {} }));
		expectTrouble(await dumpHere(file), "system:anonymous", /credentials|anonymous/);
	});

	const ALL = ["get configmaps", "list endpointslices", "list nodes", "list servicecidrs", "list services"];

	const NEEDED = ["services", "endpointslices"] as const;

	it.each(
		NEEDED,
	)("prints the RBAC that is needed when %s is missing (403), all of it, so that it takes nothing away", async (resource) => {
		const rules = READER_RULES.flatMap((rule) => without(rule, resource));
		const { kubeconfig } = await serve(certificates, { users: [{ ...READER, rules }] });
		const run = await dumpHere(kubeconfig);
		expectTrouble(run, READER.name, `missing rights: list ${resource}\n`, /forbidden|may not/);
		const granted = readRules(run.stderr);
		expect(granted.map(({ verbs, resources }) => `${verbs} ${resources}`).sort()).toEqual(ALL);
		const { kubeconfig: allowed } = await serve(certificates, { users: [{ ...READER, rules: granted }] });
		const again = await dumpHere(allowed);
		expectResult(again, shop);
		expect(again.stderr).not.toMatch(/may not be read/);
	});

	it("names all rights that are missing, that to a ConfigMap that was named too, and whom to give them", async () => {
		const { kubeconfig } = await serve(certificates, { users: [{ ...READER, rules: [] }] });
		const lists = ["list services, list endpointslices", "list nodes, list servicecidrs"];
		const get = "get configmaps kube-system/kube-proxy";
		const named = await dumpHere(kubeconfig, ["--kube-proxy-configmap", "kube-system/kube-proxy"]);
		expectTrouble(named, `missing rights: ${lists[0]}, ${get}, ${lists[1]}\n`);
		for (const run of [named, await dumpHere(kubeconfig)]) {
			expectTrouble(
				run,
				"kind: ClusterRoleBinding",
				`subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: User, name: ${READER.name} }]`,
			);
			expect(
				readRules(run.stderr)
					.map(({ verbs, resources }) => `${verbs} ${resources}`)
					.sort(),
			).toEqual(ALL);
		}
		expectTrouble(await dumpHere(kubeconfig), `missing rights: ${lists.join(", ")}, ${get}\n`);
	});

	it("says of a ConfigMap that was named and may not be read what is missing", async () => {
		const rules = READER_RULES.flatMap((rule) => without(rule, "configmaps"));
		const { kubeconfig } = await serve(certificates, { users: [{ ...READER, rules }] });
		const run = await dumpHere(kubeconfig, ["--kube-proxy-configmap", "kube-system/kube-proxy"]);
		expectTrouble(run, "missing rights: get configmaps kube-system/kube-proxy\n", "kind: RoleBinding");
	});

	it("prints the rule with the note of a ConfigMap that may not be read", async () => {
		const rules = READER_RULES.flatMap((rule) => without(rule, "configmaps"));
		const { kubeconfig } = await serve(certificates, { users: [{ ...READER, rules }] });
		const { stderr } = await dumpHere(kubeconfig);
		const rule = '{ apiGroups: [""], resources: [configmaps], resourceNames: [kube-proxy], verbs: [get] }';
		expect(stderr).toContain(`the rule of a Role in namespace kube-system that would grant it: ${rule}\n`);
	});

	it("says that the Nodes may not be read, not that there are none, when one is asked for", async () => {
		const rules = READER_RULES.flatMap((rule) => without(rule, "nodes"));
		const { kubeconfig } = await serve(certificates, { users: [{ ...READER, rules }] });
		const run = await dumpHere(kubeconfig);
		expectTrouble(
			run,
			`error: no Node "worker-1" (the Nodes of the cluster may not be read, or it has none); --node-ip IP does without a Node`,
		);
	});

	it("says that a server has no Nodes at all", async () => {
		const faults = [{ on: "nodes", does: { kind: "answers", answer: resourceNotFound() } }] as const;
		const { kubeconfig } = await serve(certificates, { faults });
		const run = await dumpHere(kubeconfig, ["--node-ip", "192.0.2.11"]);
		expect(run.exitCode).toBe(0);
		expect(run.stderr).toContain("note: the server has no nodes (404), and --node and --node-ip do without\n");
	});

	it("asks for everything at once when nothing is allowed, so that one ClusterRole is enough", async () => {
		const { server, folder } = await serve(certificates);
		const cluster = clusterOf(certificates, server.url);
		const file = writeKubeconfig(folder, kubeconfigOf({ cluster, user: { token: NOBODY.token } }));
		const run = await dumpHere(file);
		expectTrouble(run, NOBODY.name, /services/);
		const rules = readRules(run.stderr);
		expect(yaml.dump(rules)).not.toMatch(/\*|secrets|watch|create/);
		const users = [{ ...NOBODY, rules }];
		const allowed = await serve(certificates, { users });
		const config = kubeconfigOf({
			cluster: clusterOf(certificates, allowed.server.url),
			user: { token: NOBODY.token },
		});
		expectResult(await dumpHere(writeKubeconfig(allowed.folder, config)), shop);
	});

	it.each([
		"servicecidrs",
		"configmaps",
		"nodes",
	])("does without %s that it may not read, and says so", async (resource) => {
		const rules = READER_RULES.flatMap((rule) => without(rule, resource));
		const { kubeconfig } = await serve(certificates, { users: [{ ...READER, rules }] });
		const options = ["--node-ip", "192.0.2.11", "--node-ip", "2001:db8::11"];
		const run = await dumpHere(kubeconfig, options);
		expectResult(run, await dumpFiles(SHOP, options));
		expect(run.stderr).toMatch(new RegExp(`note: .*${resource}.*`, "i"));
	});
});

function without(rule: PolicyRule, resource: string): readonly PolicyRule[] {
	const resources = rule.resources.filter((name) => name !== resource);
	return resources.length === 0 ? [] : [{ ...rule, resources }];
}
