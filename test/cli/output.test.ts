import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import yaml from "js-yaml";
import { describe, expect, it } from "vitest";
import { partsOf, refusedLines } from "../support/rule-grammar.ts";
import { SVCNAT, svcnat } from "../support/svcnat.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { OBJECTS, RUN } from "./arguments.ts";

const DUAL = ["dump", "-f", OBJECTS, "--node", "worker-1", "--ip-family", "dual"];

describe("--output-dir", () => {
	it("writes what is loaded and what is printed afterwards, and nothing on standard output", async () => {
		const directory = join(temporaryDirectory(), "new", "out");
		const { stdout, exitCode } = await svcnat([...RUN, "--output-dir", directory]);
		expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 0 });
		expect(readdirSync(directory).sort()).toEqual(["restore.v4.txt", "save.v4.txt"]);
		for (const format of ["restore", "save"]) {
			const text = readFileSync(join(directory, `${format}.v4.txt`), "utf8");
			expect(text).toBe((await svcnat([...RUN, "-o", format])).stdout);
		}
	});

	it("writes both families with --ip-family dual, each as on its own", async () => {
		const directory = temporaryDirectory();
		const { stdout, exitCode } = await svcnat([...DUAL, "--output-dir", directory]);
		expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 0 });
		const names = ["restore.v4.txt", "restore.v6.txt", "save.v4.txt", "save.v6.txt"];
		expect(readdirSync(directory).sort()).toEqual(names);
		const six = await svcnat([...DUAL.slice(0, -1), "ipv6", "-o", "save"]);
		expect(readFileSync(join(directory, "save.v6.txt"), "utf8")).toBe(six.stdout);
	});

	it("overwrites what is there, and gives the same bytes again", async () => {
		const directory = temporaryDirectory();
		writeFileSync(join(directory, "save.v4.txt"), "old\n".repeat(10_000));
		await svcnat([...RUN, "--output-dir", directory]);
		const first = readFileSync(join(directory, "save.v4.txt"), "utf8");
		await svcnat([...RUN, "--output-dir", directory]);
		expect(readFileSync(join(directory, "save.v4.txt"), "utf8")).toBe(first);
		expect(first).toBe((await svcnat([...RUN, "-o", "save"])).stdout);
	});

	// Node's own recursive mkdir never ends below /proc, so the run is given an end here.
	it.each([
		"/proc/svcnat/out",
		`${OBJECTS}/out`,
		OBJECTS,
	])("that cannot be written gives a message: %s", async (where) => {
		const args = [SVCNAT, ...RUN, "-q", "--output-dir", where];
		const run = await execa(process.execPath, args, { reject: false, timeout: 10_000, killSignal: "SIGKILL" });
		expect({ stdout: run.stdout, exitCode: run.exitCode }).toEqual({ stdout: "", exitCode: 2 });
		expect(run.stderr).toMatch(/^error: --output-dir .*: cannot be written: [a-z -]+$/);
	});
});

describe("--ip-family", () => {
	it("dual puts a comment line with the tool before each part", async () => {
		const { stdout, stderr } = await svcnat(DUAL);
		const comments = stdout.split("\n").filter((line) => line.startsWith("#"));
		expect(comments).toEqual([
			"# iptables-restore -w 5 --noflush --counters",
			"# ip6tables-restore -w 5 --noflush --counters",
		]);
		expect(stderr).not.toContain("left out");
		const saved = await svcnat([...DUAL, "-o", "save"]);
		expect(saved.stdout.split("\n").filter((line) => line.startsWith("#"))).toEqual([
			"# iptables-save",
			"# ip6tables-save",
		]);
	});

	it("dual holds the text of each family as it is alone", async () => {
		const { stdout } = await svcnat(DUAL);
		const alone = await Promise.all(["ipv4", "ipv6"].map((family) => svcnat([...DUAL.slice(0, -1), family])));
		expect(partsOf(stdout).map(({ text }) => text)).toEqual(alone.map((run) => run.stdout));
		for (const { family, text } of partsOf(stdout))
			expect(refusedLines(text, { dialect: "restore", family })).toEqual([]);
	});

	it("is the node's primary family by default, with a note", async () => {
		const { stdout, stderr } = await svcnat(RUN.slice(0, -2));
		expect(stdout).toBe((await svcnat(RUN)).stdout);
		expect(stderr).toContain(
			"note: IPv4 is the node's primary family; its IPv6 rules are left out (--ip-family dual shows both)\n",
		);
		const six = await svcnat([...RUN.slice(0, -2), "--node-ip", "2001:db8::11"]);
		expect(six.stderr).toContain("note: IPv6 is the node's primary family; its IPv4 rules are left out");
		expect(six.stdout).toContain("-d fd00:96::7 ");
	});
});

describe("-o json and -o yaml", () => {
	it("are the same data", async () => {
		const [json, asYAML] = await Promise.all(["json", "yaml"].map((format) => svcnat([...DUAL, "-o", format])));
		const data = JSON.parse(json?.stdout ?? "");
		expect(yaml.load(asYAML?.stdout ?? "")).toEqual(data);
		expect(data).toMatchObject({ node: "worker-1", proxyMode: "iptables", kubeVersion: "1.36" });
		expect(data.families.map(({ ipFamily }: { ipFamily: string }) => ipFamily)).toEqual(["ipv4", "ipv6"]);
	});

	it("are narrowed by -n to the rules of one namespace", async () => {
		const file = join(temporaryDirectory(), "web.yaml");
		writeFileSync(
			file,
			"{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIP: 10.96.0.9, ports: [{port: 80}]}}",
		);
		const all = await svcnat([...RUN, "-f", file, "-o", "json"]);
		const narrow = await svcnat([...RUN, "-f", file, "-o", "json", "-n", "ok"]);
		const servicePorts = (text: string): readonly string[] =>
			[...new Set(text.match(/"servicePort": "[^"]*"/g))].sort();
		expect(servicePorts(all.stdout)).toEqual(['"servicePort": "default/web"', '"servicePort": "ok/good:http"']);
		expect(servicePorts(narrow.stdout)).toEqual(['"servicePort": "ok/good:http"']);
		expect(JSON.stringify(JSON.parse(narrow.stdout))).not.toContain('"reason":"base"');
	});
});

describe("messages", () => {
	it("about nfacct objects name them and how to make them, and go with --nfacct false", async () => {
		const withCounters = await svcnat(RUN);
		expect(withCounters.stderr).toBe(
			"note: the rules refer to nfacct objects; before loading run (or use --nfacct false):\n  nfacct add ct_state_invalid_dropped_pkts\n",
		);
		expect(withCounters.stdout).toContain("-m nfacct --nfacct-name ct_state_invalid_dropped_pkts");
		for (const off of [["--nfacct", "false"], ["--nfacct=false"], ["--no-nfacct"]]) {
			const without = await svcnat([...RUN, ...off]);
			expect(without.stderr).toBe("");
			expect(without.stdout).toBe(
				withCounters.stdout.replace(" -m nfacct --nfacct-name ct_state_invalid_dropped_pkts", ""),
			);
		}
	});

	it("about nfacct objects name the counter of node ports too", async () => {
		const file = join(temporaryDirectory(), "web.yaml");
		const spec = "spec: {type: NodePort, clusterIP: 10.96.7.7, ports: [{name: http, port: 80, nodePort: 30080}]}";
		writeFileSync(file, `{apiVersion: v1, kind: Service, metadata: {namespace: ok, name: good}, ${spec}}`);
		const { stderr } = await svcnat([...RUN, "-f", file]);
		expect(stderr).toContain(
			"\n  nfacct add ct_state_invalid_dropped_pkts\n  nfacct add localhost_nps_accepted_pkts\n",
		);
	});

	it("say which keys of a configuration are unknown", async () => {
		const file = join(temporaryDirectory(), "config.yaml");
		writeFileSync(file, "clusterCIDRs: 10.0.0.0/8\niptables: {masqueradeBits: 14}\nnodeName: a\n");
		const { stderr, exitCode } = await svcnat([...RUN, "--config", file]);
		expect(exitCode).toBe(0);
		expect(stderr).toContain(
			`note: ${file}: keys kube-proxy does not have are ignored: clusterCIDRs, iptables.masqueradeBits, nodeName\n`,
		);
	});

	it("are errors only with --quiet", async () => {
		const file = join(temporaryDirectory(), "web.yaml");
		writeFileSync(
			file,
			"{apiVersion: v1, kind: Service, metadata: {name: web}}\n---\n{apiVersion: v1, kind: Service, metadata: {name: 5}}",
		);
		const loud = await svcnat([...RUN, "-f", file]);
		expect(loud.stderr).toMatch(/^warning: Service default\/web: .* \(CLUSTER_IP_NOT_SET\)$/m);
		for (const option of ["--quiet", "-q"]) {
			const quiet = await svcnat([...RUN, "-f", file, option]);
			expect(quiet.stderr).toBe(
				`error: Service (${file}, document 2): metadata.name: expected text, got 5 (FIELD_TYPE)\n`,
			);
			expect(quiet.stdout).toBe(loud.stdout);
		}
	});

	it("are at least as many with --verbose, and the rules the same", async () => {
		const plain = await svcnat(RUN);
		const verbose = await svcnat([...RUN, "--verbose"]);
		expect(verbose.stdout).toBe(plain.stdout);
		for (const line of plain.stderr.split("\n")) expect(verbose.stderr).toContain(line);
		expect((await svcnat([...RUN, "-v"])).stderr).toBe(verbose.stderr);
	});

	it("count objects of kinds that do not matter", async () => {
		const file = join(temporaryDirectory(), "others.yaml");
		writeFileSync(file, "{kind: Pod}\n---\n{kind: ConfigMap}\n---\n{kind: Pod}\n");
		const { stderr } = await svcnat([...RUN, "-f", file]);
		expect(stderr).toContain("note: ignored 3 objects of other kinds: ConfigMap 1, Pod 2\n");
	});
});
