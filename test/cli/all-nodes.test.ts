import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { svcnat } from "../support/svcnat.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const SHOP = fileURLToPath(new URL("../../fixtures/shop", import.meta.url));

const ALL = ["dump", "-f", SHOP, "--cluster-cidr", "10.244.0.0/16", "--all-nodes"];
const NODES = ["control-1", "worker-1", "worker-2"];

describe("dump --all-nodes", () => {
	it.each([
		["iptables", ["--ip-family", "dual"]],
		["ipvs", []],
		["nftables", ["--kube-version", "1.33"]],
	])("writes for each Node what it has on its own, in the %s mode", async (mode, more) => {
		const [all, one] = [temporaryDirectory(), temporaryDirectory()];
		const options = ["--proxy-mode", mode, ...more];
		const { exitCode, stdout } = await svcnat([...ALL, ...options, "--output-dir", all]);
		expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
		expect(readdirSync(all).sort()).toEqual(NODES);
		const [command, ...rest] = ALL.slice(0, -1);
		for (const node of NODES) {
			await svcnat([command ?? "", ...rest, ...options, "--node", node, "--output-dir", join(one, node)]);
			expect(textsOf(join(all, node))).toEqual(textsOf(join(one, node)));
		}
		expect(textsOf(join(all, "worker-1"))).not.toEqual(textsOf(join(all, "worker-2")));
	});

	it("says once what concerns every Node", async () => {
		const { stderr } = await svcnat([...ALL, "--output-dir", temporaryDirectory()]);
		expect(stderr.match(/rules refer to nfacct objects/g)).toHaveLength(1);
		expect(stderr.match(/primary family/g)).toHaveLength(1);
	});

	it("writes nothing when one Node cannot be compiled, and names it", async () => {
		const directory = join(temporaryDirectory(), "out");
		const lacking = join(temporaryDirectory(), "node.yaml");
		writeFileSync(lacking, "apiVersion: v1\nkind: Node\nmetadata: { name: worker-9 }\n");
		mkdirSync(directory);
		const config = join(temporaryDirectory(), "config.yaml");
		const header = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n";
		writeFileSync(config, `${header}detectLocalMode: NodeCIDR\n`);
		const strict = ["--strict", "--config", config];
		const run = await svcnat(["dump", "-f", SHOP, "-f", lacking, ...strict, "--all-nodes", "--output-dir", directory]);
		expect(run).toMatchObject({ exitCode: 2, stdout: "" });
		expect(run.stderr).toMatch(/error: Node worker-9: /);
		expect(filesIn(directory)).toEqual([]);
	});

	it("writes nothing when one folder cannot be written", async () => {
		const directory = temporaryDirectory();
		writeFileSync(join(directory, "worker-2"), "a file where a folder should be");
		const run = await svcnat([...ALL, "--output-dir", directory]);
		expect(run).toMatchObject({ exitCode: 2, stdout: "" });
		expect(run.stderr).toMatch(/error: Node worker-2: --output-dir .*worker-2: cannot be written: /);
		expect(filesIn(directory)).toEqual(["worker-2"]);
	});

	it.each([
		[["--output-dir", "OUT", "--node", "worker-1"], /leave out --node$/m],
		[["--output-dir", "OUT", "--node-ip", "192.0.2.1"], /leave out --node-ip$/m],
		[["--output-dir", "OUT", "--interface", "eth0=192.0.2.1/24"], /leave out --interface$/m],
		[[], /give --output-dir$/m],
	])("refuses %j", async (options, message) => {
		const out = join(temporaryDirectory(), "out");
		const run = await svcnat([...ALL, ...options.map((word) => (word === "OUT" ? out : word))]);
		expect(run).toMatchObject({ exitCode: 2, stdout: "" });
		expect(run.stderr).toMatch(message);
		expect(existsSync(out)).toBe(false);
	});

	it("needs a Node", async () => {
		const services = join(temporaryDirectory(), "services.yaml");
		writeFileSync(
			services,
			"apiVersion: v1\nkind: Service\nmetadata: { name: a, namespace: b }\nspec: { clusterIP: None }\n",
		);
		const run = await svcnat(["dump", "-f", services, "--all-nodes", "--output-dir", temporaryDirectory()]);
		expect(run).toMatchObject({ exitCode: 2, stdout: "" });
		expect(run.stderr).toMatch(/error: --all-nodes: there is no Node in the input$/m);
	});
});

function textsOf(directory: string): Readonly<Record<string, string>> {
	return Object.fromEntries(readdirSync(directory).map((file) => [file, readFileSync(join(directory, file), "utf8")]));
}

/** Files below a folder, without empty folders. */
function filesIn(directory: string): readonly string[] {
	return readdirSync(directory, { recursive: true, withFileTypes: true })
		.filter((one) => one.isFile())
		.map(({ name }) => name);
}
