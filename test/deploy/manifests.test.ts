import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
	containersOf,
	type Fields,
	fieldsOf,
	isFields,
	listOf,
	type Manifest,
	manifests,
	podSpec,
	ROOT,
	stringsOf,
} from "../support/deploy-documents.ts";
import { KINDS, shapeProblems } from "../support/deploy-fields.ts";
import { runInProcess } from "../support/run-in-process.ts";

/** A patch of the DaemonSet: it has less than an object. */
const PATCH = "modules.yaml";

const all = manifests();
const pods = all.flatMap(({ file, object }) => {
	const pod = podSpec(object);
	return pod === undefined || file === PATCH ? [] : [{ file, pod }];
});

function problemsOf({ file, object }: Manifest): readonly string[] {
	const kind = `${object["apiVersion"]} ${object["kind"]}`;
	const shape = KINDS[kind];
	return shape === undefined ? [`${file}: ${kind}: there is no such kind`] : shapeProblems(object, shape, file);
}

/** The same object with one field renamed, for each field of a name that Kubernetes gives. */
function misspelled(value: unknown): readonly unknown[] {
	if (Array.isArray(value)) {
		return value.flatMap((item, index) => misspelled(item).map((other) => value.with(index, other)));
	}
	if (!isFields(value)) return [];
	return Object.entries(value).flatMap(([name, field]) => {
		const { [name]: _, ...others } = value;
		const inside = ["labels", "matchLabels", "requests"].includes(name) ? [] : misspelled(field);
		return [{ ...others, [`${name}x`]: field }, ...inside.map((other) => ({ ...value, [name]: other }))];
	});
}

describe("manifests", () => {
	it("are these kinds, in these files", () => {
		expect(all.map(({ file, object }) => `${file} ${object["kind"]} ${fieldsOf(object["metadata"])["name"]}`)).toEqual([
			"cronjob.yaml CronJob svcnat-worker-1",
			"daemonset.yaml DaemonSet svcnat",
			"init-container.yaml Pod after-svcnat",
			"modules.yaml DaemonSet svcnat",
			"rbac.yaml ServiceAccount svcnat",
			"rbac.yaml ClusterRole svcnat",
			"rbac.yaml ClusterRoleBinding svcnat",
			"rbac.yaml Role svcnat",
			"rbac.yaml RoleBinding svcnat",
		]);
	});

	it("have only fields that Kubernetes knows, of the right types", () => {
		expect(all.flatMap(problemsOf)).toEqual([
			"modules.yaml.spec.selector: is missing",
			"modules.yaml.spec.template.metadata: is missing",
			"modules.yaml.spec.template.spec.containers: is missing",
		]);
	});

	it("with any one field misspelled are found out", () => {
		let count = 0;
		for (const { file, object } of all) {
			const before = new Set(problemsOf({ file, object }));
			for (const wrong of misspelled(object)) {
				count++;
				const after = problemsOf({ file, object: fieldsOf(wrong) });
				expect(after.filter((line) => !before.has(line)).length, JSON.stringify(wrong)).toBeGreaterThan(0);
			}
		}
		expect(count).toBeGreaterThan(250);
	});

	it("let svcnat get and list what it reads, and nothing else", () => {
		const rules = all.flatMap(({ object }) =>
			listOf(object["rules"]).map((rule) => [object["kind"], fieldsOf(object["metadata"])["namespace"], rule]),
		);
		expect(rules).toEqual([
			["ClusterRole", undefined, { apiGroups: [""], resources: ["services", "nodes"], verbs: ["get", "list"] }],
			[
				"ClusterRole",
				undefined,
				{ apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["get", "list"] },
			],
			[
				"ClusterRole",
				undefined,
				{ apiGroups: ["networking.k8s.io"], resources: ["servicecidrs"], verbs: ["get", "list"] },
			],
			[
				"Role",
				"kube-system",
				{ apiGroups: [""], resources: ["configmaps"], resourceNames: ["kube-proxy"], verbs: ["get"] },
			],
		]);
	});

	it("bind each role to the service account that the pods have", () => {
		const bindings = all.filter(({ object }) => object["roleRef"] !== undefined);
		const account = { kind: "ServiceAccount", name: "svcnat", namespace: "kube-system" };
		expect(bindings.map(({ object }) => [fieldsOf(object["roleRef"])["kind"], object["subjects"]])).toEqual([
			["ClusterRole", [account]],
			["Role", [account]],
		]);
		expect(pods.map(({ file, pod }) => [file, pod["serviceAccountName"]])).toEqual([
			["cronjob.yaml", "svcnat"],
			["daemonset.yaml", "svcnat"],
			["init-container.yaml", "svcnat"],
		]);
	});
});

describe.each(pods)("$file", ({ pod }) => {
	const svcnat = containersOf(pod).find(({ name }) => name === "svcnat") ?? {};

	it("runs this version as root with NET_ADMIN and NET_RAW, in the node's network, and writes only to mounts", () => {
		const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
		expect(svcnat["image"]).toBe(`svcnat:${version}`);
		expect(pod["hostNetwork"]).toBe(true);
		expect(svcnat["securityContext"]).toEqual({
			runAsUser: 0,
			allowPrivilegeEscalation: false,
			readOnlyRootFilesystem: true,
			capabilities: { drop: ["ALL"], add: ["NET_ADMIN", "NET_RAW"] },
		});
	});

	it("gives the node's name and the API server's own address", () => {
		expect(svcnat["env"]).toEqual([
			{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
			{ name: "KUBERNETES_SERVICE_HOST", value: "192.0.2.10" },
			{ name: "KUBERNETES_SERVICE_PORT", value: "6443" },
		]);
	});

	it("mounts each volume where the node has it, the xtables lock and the state directory among them", () => {
		const volumes = new Map(listOf(pod["volumes"]).map(({ name, hostPath }) => [name, fieldsOf(hostPath)["path"]]));
		const mounts = listOf(svcnat["volumeMounts"]);
		expect(new Map(mounts.map(({ name, mountPath }) => [name, mountPath]))).toEqual(volumes);
		expect([...volumes.values()].slice(0, 2)).toEqual(["/run/xtables.lock", "/run/svcnat"]);
	});

	it("gives only arguments that svcnat knows", async () => {
		const args = stringsOf(svcnat["args"]);
		expect(args[0]).toBe("apply");
		// Options are checked first, then how they go together: nothing is read, nothing is run.
		const refused = ["-f", "-", "--confirm-timeout=1s"];
		expect((await runInProcess([...args, ...refused])).stderr).toContain("--confirm-timeout reads the answer");
		for (const [index, arg] of args.slice(1).entries()) {
			const misspelt = args.with(index + 1, arg.replace("--", "--x"));
			expect((await runInProcess([...misspelt, ...refused])).stderr).toContain("Unknown argument");
		}
	});
});

it("init-container.yaml and cronjob.yaml run the same container, but for what a Job adds", () => {
	const [job, , init] = pods.map(({ pod }) => containersOf(pod)[0]);
	const { resources: _, ...container }: Fields = job ?? {};
	expect(container).toEqual(init);
});
