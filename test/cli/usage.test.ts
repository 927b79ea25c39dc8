import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { SVCNAT, svcnat } from "../support/svcnat.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { OBJECTS, RUN } from "./arguments.ts";

const VERSION: string = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;

/** Runs with bad usage: nothing on standard output, no stack, status 2. */
async function refused(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
	const { stdout, stderr, exitCode } = await svcnat(args, { env });
	expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
	expect(stderr).toMatch(/^error: /m);
	expect(stderr).not.toMatch(/internal error|^ {4}at |\[object|an instance of/m);
	return stderr;
}

describe("help", () => {
	it("of a command has examples and every group", async () => {
		const { stdout, stderr, exitCode } = await svcnat(["dump", "--help"]);
		expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
		expect(stdout).toContain("Examples:\n  svcnat dump --node worker-1 ");
		for (const group of [
			"State of the cluster:",
			"Live cluster (without -f):",
			"Node:",
			"kube-proxy's own flags",
			"General:",
		])
			expect(stdout).toContain(group);
		expect((await svcnat(["dump", "-h"])).stdout).toBe(stdout);
	});

	it("lists the commands", async () => {
		const { stdout, exitCode } = await svcnat(["--help"]);
		expect(exitCode).toBe(0);
		expect(stdout).toMatch(/^ {2}svcnat dump +Print the rules a node would have$/m);
	});

	it("calls the program as kubectl does when it is its plugin", async () => {
		const plugin = join(temporaryDirectory(), "kubectl-svcnat");
		symlinkSync(SVCNAT, plugin);
		const { stdout } = await execa(process.execPath, [plugin, "dump", "--help"]);
		expect(stdout).toMatch(/^kubectl svcnat dump \[-f FILE\]/);
		expect(stdout).toContain("| kubectl svcnat dump -f -".split("| ")[1]);
	});

	it("comes with the version", async () => {
		expect(await svcnat(["--version"])).toEqual({ stdout: `${VERSION}\n`, stderr: "", exitCode: 0 });
	});

	it("comes with a completion script", async () => {
		const { stdout, exitCode } = await svcnat(["completion"]);
		expect(exitCode).toBe(0);
		expect(stdout).toContain("svcnat --get-yargs-completions");
	});
});

describe("bad usage is refused with what to do", () => {
	it.each([
		["no command", [], /give a command; svcnat --help lists them/],
		["an unknown command", ["dmp"], /dmp[\s\S]*svcnat --help/],
		[
			"cleanup of all modes and of one",
			["cleanup", "--all", "--proxy-mode", "ipvs"],
			/--all removes the rules of every mode, --proxy-mode those of one: leave out one of them/,
		],
		["an unknown option", [...RUN, "--bogus"], /bogus[\s\S]*svcnat --help/],
		["an unknown short option", [...RUN, "-x"], /x[\s\S]*svcnat --help/],
		["an argument too many", [...RUN, "extra"], /extra[\s\S]*svcnat --help/],
		[
			"a kubeconfig that is not there",
			["dump", "--kubeconfig", "/nonexistent/config"],
			/\/nonexistent\/config: cannot be read: no such file/,
		],
		["-f with --kubeconfig", [...RUN, "--kubeconfig", "x"], /-f reads files and --kubeconfig a cluster/],
		["-f with --context", [...RUN, "--context", "x"], /-f reads files and --context a cluster/],
		["-f with --only", [...RUN, "--only"], /-f reads files and --only a cluster/],
		["--only alone", ["dump", "--only"], /--only narrows what is read to -n NAMESPACE or -l SELECTOR/],
		["-l with rules as text", ["dump", "-l", "app=web"], /-l narrows -o json and -o yaml only/],
		["a bad timeout", ["dump", "--request-timeout", "soon"], /--request-timeout: expected a time/],
		[
			"a ConfigMap without a namespace",
			["dump", "--kube-proxy-configmap", "kube-proxy"],
			/--kube-proxy-configmap: expected NAMESPACE\/NAME or NAMESPACE\/NAME:KEY, got "kube-proxy"/,
		],
		[
			"a ConfigMap and a file",
			["dump", "--config", "package.json", "--kube-proxy-configmap", "a/b"],
			/--config or --kube-proxy-configmap, not both/,
		],
		["apply --only", ["apply", "--only", "-n", "shop"], /only/],
		[
			"--proxy-mode nftables of a version that has it as an alpha",
			[...RUN, "--proxy-mode", "nftables", "--kube-version", "1.30"],
			/--proxy-mode: expected iptables or ipvs \(nftables is an alpha in 1\.30/,
		],
		["an unknown proxy mode", [...RUN, "--proxy-mode", "userspace"], /proxy-mode[\s\S]*"iptables", "ipvs", "nftables"/],
		["an unknown output", [...RUN, "-o", "yml"], /"restore", "save", "json", "yaml"/],
		["an unknown family", [...RUN.slice(0, -1), "ipv5"], /"ipv4", "ipv6", "dual"/],
		["-n with rules as text", [...RUN, "-n", "ok"], /-n narrows -o json and -o yaml only/],
		[
			"--node-ip that is none",
			[...RUN, "--node-ip", "192.0.2.0/24"],
			/--node-ip: expected an IP address, got "192.0.2.0\/24"/,
		],
		[
			"--interface without addresses",
			[...RUN, "--interface", "eth1"],
			/--interface: expected NAME=CIDR\[,CIDR\], got "eth1"/,
		],
		[
			"--interface with a bad length",
			[...RUN, "--interface", "eth1=10.7.7.21/99"],
			/--interface: expected an address with its prefix length/,
		],
		[
			"a bad mark bit",
			[...RUN, "--iptables-masquerade-bit", "32"],
			/--iptables-masquerade-bit: expected 0-31, got 32 \(NUMBER_RANGE\)/,
		],
		["a negative mark bit", [...RUN, "--iptables-masquerade-bit", "-1"], /--iptables-masquerade-bit: expected 0-31/],
		["a bad cluster CIDR", [...RUN, "--cluster-cidr", "10.0.0.0/33"], /--cluster-cidr: expected a CIDR/],
		[
			"bad feature gates",
			[...RUN, "--feature-gates", "A=maybe"],
			/--feature-gates: expected NAME=true or NAME=false, got "A=maybe"/,
		],
		["a flag that is no true or false", [...RUN, "--masquerade-all=maybe"], /masquerade-all/],
	] as const)("%s", async (_, args, expected) => {
		expect(await refused(args)).toMatch(expected);
	});

	it.each([
		"--filename",
		"-f",
		"--node",
		"--output",
		"-o",
		"--config",
		"--node-ip",
		"--output-dir",
		"--cluster-cidr",
	])("%s without a value", async (option) => {
		expect(await refused(["dump", "-f", OBJECTS, option])).toMatch(/svcnat --help/);
	});

	it.each([
		["--node", "a", "b"],
		["--output", "json", "save"],
		["--output-dir", "/nonexistent/a", "/nonexistent/b"],
		["--ip-family", "ipv4", "ipv6"],
		["--kube-version", "1.30", "1.31"],
		["--config", OBJECTS, OBJECTS],
		["--namespace", "a", "b"],
		["--cluster-cidr", "10.0.0.0/8", "11.0.0.0/8"],
	])("%s twice", async (option, first, second) => {
		const text = await refused(["dump", "-f", OBJECTS, "--node-ip", "192.0.2.11", option, first, option, second]);
		expect(text).toContain(`${option}: can be given once`);
	});

	it.each([
		"--node.x=1",
		"--config.x=1",
		"--filename.x=1",
		"--output-dir.x=1",
		"--feature-gates.x=1",
	])("an option with a dot: %s", async (option) => {
		await refused(["dump", "-f", OBJECTS, "--node-ip", "192.0.2.11", option]);
	});
});

describe("--kube-version", () => {
	it.each(["v1.36.3", "1.36.3", "v1.36"])("%s means 1.36", async (version) => {
		expect(await svcnat([...RUN, "--kube-version", version])).toEqual(await svcnat([...RUN, "--kube-version", "1.36"]));
	});

	it("is 1.36 when it is not given", async () => {
		expect(await svcnat(RUN)).toEqual(await svcnat([...RUN, "--kube-version", "1.36"]));
	});

	it.each([
		"1.29",
		"1.37",
		"2.0",
		"abc",
		"",
		"1",
		"1.36.x",
		"01.36",
	])("%j is refused with the range", async (version) => {
		const text = await refused([...RUN, "--kube-version", version]);
		expect(text).toContain(`--kube-version: expected 1.30 to 1.36 (v1.36 and 1.36.3 mean 1.36), got "${version}"`);
	});
});
