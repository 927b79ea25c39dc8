import yaml from "js-yaml";
import { expect, it } from "vitest";
import { printCommand } from "../../../src/lang/command.ts";
import type { Received } from "../../support/api-server/answer.ts";
import { useCertificates } from "../../support/api-server/certificates.ts";
import { readRules } from "../../support/api-server/rbac.ts";
import { targetOf } from "../../support/api-server/resources.ts";
import type { PolicyRule, User } from "../../support/api-server/users.ts";
import { savedTexts, saveStep } from "../../support/apply-cases.ts";
import { applyWords, HERE, put, shopWith, WORKER } from "../../support/apply-every.ts";
import { API_PORT, LINK, serveSession, shopAt, UNLINK } from "../../support/apply-live.ts";
import { runNamed } from "../../support/apply-named.ts";
import type { Step } from "../../support/apply-session.ts";
import { fieldsOf, manifests } from "../../support/deploy-documents.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { kernelProblem } from "../../support/kernel-problem.ts";
import { mountProblem, NEW_MOUNTS, podEnvironment, withPodFiles } from "../../support/pod-files.ts";
import { SVCNAT } from "../../support/svcnat.ts";

const VARIANT = "nft";

const certificates = useCertificates();

/** The service account of the DaemonSet, with the rights that its manifest grants. */
const ACCOUNT: User = {
	name: "system:serviceaccount:kube-system:svcnat",
	token: "pod-token-8c21f0d9a6b74e53",
	rules: grantedRules(),
};

/** As kubeadm makes it. */
const CONFIG_MAP = {
	apiVersion: "v1",
	kind: "ConfigMap",
	metadata: { name: "kube-proxy", namespace: "kube-system" },
	data: {
		"config.conf": [
			"apiVersion: kubeproxy.config.k8s.io/v1alpha1",
			"kind: KubeProxyConfiguration",
			'mode: ""',
			"clusterCIDR: 10.244.0.0/16",
		].join("\n"),
	},
};

describeUnless((await mountProblem()) ?? (await kernelProblem(VARIANT)), "svcnat apply in a pod", () => {
	it("loads the rules of the cluster as its service account, whose rights are enough, and for nothing that is not read", async () => {
		const api = await serveSession(certificates, [...shopAt(HERE), CONFIG_MAP], [ACCOUNT]);
		const at = await runNamed(
			[
				["", LINK],
				["first", inPod("apply", "--node", "worker-1")],
				["loaded", saveStep(VARIANT)],
				["again", inPod("apply", "--node", "worker-1")],
				["", put(shopWith(HERE))],
				["file", { shell: `'${process.execPath}' ${applyWords(VARIANT, '"$SESSION/state"')}` }],
				["", UNLINK],
			],
			{ addresses: WORKER, directory: api.directory },
		);
		expect(at("first")).toMatchObject({ status: 0, stdout: "", stderr: expect.stringMatching(/^note: done: /m) });
		expect(at("first").stderr).not.toMatch(/^warning|may not be read/m);
		expect(savedTexts(at("loaded")).v4).toContain(`--to-destination ${HERE}:`);
		for (const name of ["again", "file"] as const) {
			expect(at(name)).toMatchObject({ status: 0, stderr: expect.stringMatching(/^note: nothing to do/m) });
		}
		expect(at("first").stderr + at("again").stderr).not.toContain(ACCOUNT.token);
		const { received } = api.server;
		expect(new Set(received.map(({ who }) => who?.name))).toEqual(new Set([ACCOUNT.name]));
		expect(new Set(received.map(({ method }) => method))).toEqual(new Set(["GET"]));
		const [asked, granted] = [askedRights(received), grantedRights(ACCOUNT.rules)];
		expect(asked.filter((right) => !granted.includes(right))).toEqual([]);
		expect(new Set(asked.map(withoutVerb))).toEqual(new Set(granted.map(withoutVerb)));
	});
});

/** svcnat in a container of the DaemonSet, as far as the API server is concerned. */
function inPod(...svcnat: readonly string[]): Step {
	const environment = Object.entries(podEnvironment(API_PORT)).map(([name, value]) => `${name}=${value}`);
	const files = withPodFiles(ACCOUNT.token ?? "", certificates.ca.cert);
	const args = ["-u", "KUBECONFIG", ...environment, ...NEW_MOUNTS, ...files, process.execPath, SVCNAT, ...svcnat];
	return { shell: printCommand({ program: "env", args }) };
}

/** The rules of the roles in `rbac.yaml`. */
function grantedRules(): readonly PolicyRule[] {
	const roles = manifests().filter(({ file, object }) => file === "rbac.yaml" && object["rules"] !== undefined);
	return roles.flatMap(({ object }) => {
		const { namespace } = fieldsOf(object["metadata"]);
		const rules = readRules(yaml.dump(object));
		return typeof namespace === "string" ? rules.map((rule) => ({ ...rule, namespace })) : rules;
	});
}

/** Rights in the form `list discovery.k8s.io/endpointslices in * named *`, in order. */
function grantedRights(rules: readonly PolicyRule[]): readonly string[] {
	const rights = rules.flatMap(({ apiGroups, resources, verbs, resourceNames = ["*"], namespace = "*" }) =>
		apiGroups.flatMap((group) =>
			resources.flatMap((resource) =>
				verbs.flatMap((verb) =>
					resourceNames.map((name) => `${verb} ${group}/${resource} in ${namespace} named ${name}`),
				),
			),
		),
	);
	return rights.sort();
}

function withoutVerb(right: string): string {
	return right.replace(/^\w+ /, "");
}

/** What was asked for, in the same form; the version of a server is for everybody. */
function askedRights(received: readonly Received[]): readonly string[] {
	const rights = received.flatMap(({ url, on }) => {
		const target = on === "version" ? undefined : targetOf(new URL(url, "https://localhost").pathname);
		if (target === undefined) return on === "version" ? [] : [`unknown: ${url}`];
		const { resource, namespace = "*", name } = target;
		return [
			`${name === undefined ? "list" : "get"} ${resource.group}/${resource.name} in ${namespace} named ${name ?? "*"}`,
		];
	});
	return [...new Set(rights)].sort();
}
