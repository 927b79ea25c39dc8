import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import yaml from "js-yaml";
import { describe, expect, it } from "vitest";
import { useCertificates } from "../support/api-server/certificates.ts";
import { expectTrouble, SHOP_OBJECTS, serve } from "../support/api-server/live-run.ts";
import type { KubeObject } from "../support/api-server/objects.ts";
import { type Run, svcnat } from "../support/svcnat.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const certificates = useCertificates();

const CONFIG_MAP: KubeObject = {
	apiVersion: "v1",
	kind: "ConfigMap",
	metadata: { name: "kube-proxy", namespace: "kube-system" },
	data: {
		"config.conf": yaml.dump({
			apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
			kind: "KubeProxyConfiguration",
			clusterCIDR: "10.244.0.0/16,fd00:10:244::/56",
			clientConnection: { kubeconfig: "/var/lib/kube-proxy/kubeconfig.conf" },
			iptables: { masqueradeBit: 5 },
		}),
	},
};

const OBJECTS = [...SHOP_OBJECTS, CONFIG_MAP];
const NODE = ["--node", "worker-1", "--ip-family", "dual"];

/** A run that did what it should. */
async function good(args: readonly string[], input?: string): Promise<Run> {
	const run = await svcnat(args, input === undefined ? {} : { input });
	expect(run.stderr).not.toContain("error:");
	expect(run.exitCode).toBe(0);
	return run;
}

describe("svcnat snapshot of a cluster", () => {
	it("has managedFields, half of most objects, only with --full", async () => {
		const { kubeconfig } = await serve(certificates, { objects: OBJECTS });
		expect((await good(["snapshot", "--kubeconfig", kubeconfig])).stdout).not.toContain("managedFields");
		const full = yaml.loadAll((await good(["snapshot", "--kubeconfig", kubeconfig, "--full"])).stdout);
		const services = full.filter((one) => (one as KubeObject).kind === "Service");
		expect(services.length).toBeGreaterThan(1);
		for (const service of services) expect(service).toHaveProperty("metadata.managedFields[0].manager");
	});

	it("holds what every command needs to say the same as of the cluster itself", async () => {
		const { kubeconfig } = await serve(certificates, { objects: OBJECTS });
		const snapshot = async (...options: string[]) =>
			(await good(["snapshot", "--kubeconfig", kubeconfig, ...options])).stdout;
		const yamlText = await snapshot();
		const everyForm = [yamlText, await snapshot("-o", "json"), await snapshot("--full")];
		const commands: readonly (readonly [readonly string[], readonly string[]])[] = [
			[["dump", "-o", "save"], everyForm],
			[["dump", "--proxy-mode", "ipvs"], [yamlText]],
			[["dump", "-o", "json"], [yamlText]],
			[["explain", "shop/web"], [yamlText]],
			[["trace", "--from", "external", "--to", "node:30080"], [yamlText]],
		];
		for (const [command, forms] of commands) {
			const live = await good([...command, "--kubeconfig", kubeconfig, ...NODE]);
			expect(live.stdout).not.toBe("");
			for (const text of forms) expect((await good([...command, "-f", "-", ...NODE], text)).stdout).toBe(live.stdout);
		}
	});

	it("says in its header when, where, of which versions and with which configuration it was taken", async () => {
		const { kubeconfig, server } = await serve(certificates, { objects: OBJECTS });
		const { stdout } = await good(["snapshot", "--kubeconfig", kubeconfig]);
		const header = yaml.loadAll(stdout, undefined, { schema: yaml.CORE_SCHEMA })[0];
		expect(header).toEqual({
			apiVersion: "svcnat.dev/v1",
			kind: "Snapshot",
			context: "test",
			proxyConfig: expect.objectContaining({ clusterCIDR: "10.244.0.0/16,fd00:10:244::/56" }),
			resourceVersions: expect.objectContaining({ services: expect.any(String), nodes: expect.any(String) }),
			server: server.url,
			serverVersion: expect.stringMatching(/^v1\.\d+\.\d+/),
			svcnatVersion: JSON.parse(readFileSync("package.json", "utf8")).version,
			takenAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
		});
	});

	it("is the same in every run, but for the time", async () => {
		const { kubeconfig } = await serve(certificates, { objects: OBJECTS });
		const { kubeconfig: reversed } = await serve(certificates, { objects: [...OBJECTS].reverse() });
		const once = await good(["snapshot", "--kubeconfig", kubeconfig, "--taken-at", "none"]);
		expect((await good(["snapshot", "--kubeconfig", kubeconfig, "--taken-at", "none"])).stdout).toBe(once.stdout);
		const other = await good(["snapshot", "--kubeconfig", reversed, "--taken-at", "2026-11-21T18:30:00Z"]);
		expect(other.stdout).toContain("takenAt: '2026-11-21T18:30:00Z'\n");
		const withoutOrigin = (text: string) => text.replace(/^(?:server|takenAt): .*\n/gm, "");
		expect(withoutOrigin(other.stdout)).toBe(withoutOrigin(once.stdout));
	});

	it("keeps in full what is noise otherwise", async () => {
		const { kubeconfig } = await serve(certificates, { objects: OBJECTS });
		const plain = await good(["snapshot", "--kubeconfig", kubeconfig]);
		const full = await good(["snapshot", "--kubeconfig", kubeconfig, "--full"]);
		for (const noise of ["uid: ", "creationTimestamp"]) {
			expect(plain.stdout).not.toContain(noise);
			expect(full.stdout).toContain(noise);
		}
	});

	it("tells nothing of the cluster when it is anonymized, and gives as many rules", async () => {
		const { kubeconfig, server } = await serve(certificates, { objects: OBJECTS });
		const { stdout, stderr } = await good(["snapshot", "--kubeconfig", kubeconfig, "--anonymize", "--verbose"]);
		const words =
			/shop|worker|control-1|zone-[ab]|kubeconfig|10\.244\.|10\.96\.|192\.0\.2\.|203\.0\.113\.|takenAt|context/;
		expect(stdout).not.toMatch(words);
		expect(stdout).not.toContain(String(server.port));
		const [, node = ""] = /Node worker-1 is called (\S+)/.exec(stderr) ?? [];
		const live = await good(["dump", "--kubeconfig", kubeconfig, ...NODE]);
		const again = await good(["dump", "-f", "-", "--node", node, "--ip-family", "dual"], stdout);
		const shape = (text: string) => text.replace(/[^\n]+/g, (line) => line.split(" ").length.toString());
		expect(shape(again.stdout).split("\n").sort()).toEqual(shape(live.stdout).split("\n").sort());
	});

	it("takes other addresses each time, unless there is a key", async () => {
		const args = ["snapshot", "-f", "fixtures/shop"];
		const texts = async (...more: string[]) => [
			(await good([...args, ...more])).stdout,
			(await good([...args, ...more])).stdout,
		];
		const [one, two] = await texts("--anonymize");
		expect(one).not.toBe(two);
		const [three, four] = await texts("--anonymize-key", "s3cret-key");
		expect(three).toBe(four);
		expect(three).not.toContain("s3cret-key");
		expect(three).toContain("anonymized: true");
	});
});

describe("svcnat snapshot of files", () => {
	it("compiles to what the files compile to, and so does a snapshot of the snapshot", async () => {
		const wanted = await good(["dump", "-f", "fixtures/shop", ...NODE]);
		const once = await good(["snapshot", "-f", "fixtures/shop"]);
		expect((await good(["dump", "-f", "-", ...NODE], once.stdout)).stdout).toBe(wanted.stdout);
		const twice = await good(["snapshot", "-f", "-"], once.stdout);
		expect(twice.stdout).toBe(once.stdout);
	});

	it("keeps the header of a cluster, and puts options of the configuration in", async () => {
		const { kubeconfig } = await serve(certificates, { objects: OBJECTS });
		const live = await good(["snapshot", "--kubeconfig", kubeconfig]);
		expect((await good(["snapshot", "-f", "-"], live.stdout)).stdout).toBe(live.stdout);
		const flags = ["--iptables-masquerade-bit", "7", "--cluster-cidr", "10.244.0.0/16"];
		const saved = await good(["snapshot", "-f", "-", ...flags], live.stdout);
		const fromHeader = await good(["dump", "-f", "-", ...NODE], saved.stdout);
		const fromFlags = await good(["dump", "--kubeconfig", kubeconfig, ...NODE, ...flags]);
		expect(fromHeader.stdout).toBe(fromFlags.stdout);
		expect(fromHeader.stdout).not.toBe((await good(["dump", "-f", "-", ...NODE], live.stdout)).stdout);
	});

	it("leaves out of an anonymized one a configuration that kube-proxy would refuse, and says so", async () => {
		const header = "{apiVersion: svcnat.dev/v1, kind: Snapshot, proxyConfig: {clusterCIDR: garbage-numbat}}";
		const plain = await svcnat(["snapshot", "-f", "-"], { input: header });
		expect(plain.stdout).toContain("garbage-numbat");
		expect(plain.stderr).not.toContain("would refuse");
		const run = await svcnat(["snapshot", "-f", "-", "--anonymize"], { input: header });
		expect(run.exitCode).toBe(0);
		expect(run.stdout).not.toContain("numbat");
		expect(run.stderr).toContain("warning: kube-proxy would refuse its configuration, which was left out");
	});

	it("warns of a snapshot without any Service", async () => {
		const { kubeconfig } = await serve(certificates, { objects: OBJECTS });
		const run = await svcnat(["snapshot", "--kubeconfig", kubeconfig, "--only", "-n", "nosuch"]);
		expect(run.stderr).toContain("warning: there is no Service in the snapshot");
	});

	it("leaves out of an anonymized one what is broken, and says so", async () => {
		const broken = "{apiVersion: v1, kind: Service, metadata: {name: capybara}, spec: {ports: [{port: 0}]}}";
		const run = await svcnat(["snapshot", "-f", "-", "--anonymize"], { input: broken });
		expect(run.exitCode).toBe(0);
		expect(run.stdout).not.toContain("capybara");
		expect(run.stderr).toContain("warning: 1 broken object was left out");
	});

	it.each([
		[["--full", "--anonymize"], "--full keeps everything"],
		[["--anonymize-key", ""], "--anonymize-key"],
		[["--taken-at", "yesterday"], "--taken-at: expected a time like"],
		[["--output-file", ""], "--output-file: expected the name of a file"],
		[["-o", "toml"], "toml"],
		[["-n", "shop"], "-n alone narrows nothing: give --only, too"],
	])("refuses %j", async (args, words) => {
		expectTrouble(await svcnat(["snapshot", "-f", "fixtures/shop", ...args]), words);
	});

	it.each([
		[],
		["-o", "json"],
		["--full"],
		["--anonymize"],
	] as const)("says that objects are nested too deeply (%j)", async (...options: readonly string[]) => {
		const depth = 100_000;
		const deep = `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
		const input = `{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"clusterIP":"None","x":${deep}}}`;
		const run = await svcnat(["snapshot", "-f", "-", ...options], { input });
		if (options.includes("--anonymize")) expect(run.stdout).toContain("name: svc-1");
		else expectTrouble(run, "the objects cannot be written: too large, or nested too deeply");
	});

	it("prints nothing with --strict when an object is broken", async () => {
		const file = join(temporaryDirectory(), "broken.yaml");
		writeFileSync(file, "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 0}]}}");
		const run = await svcnat(["snapshot", "-f", file, "--strict"]);
		expect(run.stdout).toBe("");
		expect(run.exitCode).toBe(2);
	});
});
