import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { svcnat } from "../support/svcnat.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const FILES = ["trace", "-f", "fixtures/shop", "--cluster-cidr", "10.244.0.0/16"];
const SHOP = [...FILES, "--node", "worker-1"];
const WEB = ["--from", "node", "--to", "web.shop:80"];

describe("svcnat trace", () => {
	it.each<readonly [from: string, to: string, verdicts: readonly string[]]>([
		[
			"10.244.1.9",
			"web.shop:http",
			["forwarded 0.5 10.244.1.5:8080 10.244.1.9", "forwarded 0.5 10.244.2.7:8080 10.244.1.9"],
		],
		[
			"shop/web-5d9c-k2j4q",
			"10.96.10.20:80",
			["forwarded 0.5 10.244.1.5:8080 192.0.2.11", "forwarded 0.5 10.244.2.7:8080 10.244.1.5"],
		],
		["external", "node:30080", ["forwarded 1 10.244.1.5:8080 198.18.0.77"]],
		[
			"node",
			"kube-dns.kube-system.svc.cluster.local:dns",
			["forwarded 0.5 10.244.1.2:53 192.0.2.11", "forwarded 0.5 10.244.2.2:53 192.0.2.11"],
		],
		["external", "admin.shop:80", ["rejected 1 10.96.10.50:80 198.18.0.77"]],
		["node", "127.0.0.1:9999", ["delivered 1 127.0.0.1:9999 127.0.0.1"]],
		["10.244.1.9", "shop/admin:http", ["rejected 1 10.96.10.50:80 10.244.1.9"]],
		["external", "192.0.2.11:22", ["delivered 1 192.0.2.11:22 198.18.0.77"]],
		[
			"2001:db8:ffff::9",
			"[fd00:10:96::1420]:80",
			["forwarded 0.5 fd00:10:244:1::5:8080 2001:db8:ffff::9", "forwarded 0.5 fd00:10:244:2::7:8080 2001:db8:ffff::9"],
		],
	])("from %s to %s", async (from, to, expected) => {
		const { stdout, exitCode } = await svcnat([...SHOP, "--from", from, "--to", to, "-o", "json", "-q"]);
		expect(exitCode).toBe(0);
		const { outcomes } = JSON.parse(stdout) as { outcomes: readonly Traced[] };
		expect(outcomes.map(summary)).toEqual(expected);
	});

	it("reads rules instead of objects, and says what they do not decide", async () => {
		const file = join(temporaryDirectory(), "save.txt");
		const rules = ["-A FORWARD -m limit --limit 3/sec -j DROP", "-A FORWARD -j LOST"];
		writeFileSync(file, `*filter\n:FORWARD ACCEPT [0:0]\n${rules.join("\n")}\nCOMMIT\n`);
		const args = ["trace", "--rules", file, "--ip-family", "ipv4", "--from", "external", "--to", "10.1.1.1:80"];
		const { stdout, exitCode } = await svcnat(args);
		expect({ stdout, exitCode }).toMatchObject({
			stdout: expect.stringContaining("Verdict: cannot tell: "),
			exitCode: 0,
		});
	});

	it("says why an answer may be wrong", async () => {
		const file = join(temporaryDirectory(), "save.txt");
		writeFileSync(file, "*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -p tcp -j\n-I FORWARD -j DROP\nCOMMIT\n");
		const args = ["trace", "--rules", file, "--ip-family", "ipv4", "--from", "external", "--to", "10.1.1.1:80", "-q"];
		const { stdout } = await svcnat(args);
		expect(stdout).toMatch(/^But: .*save\.txt: not understood and left out: lines 3, 4\.$/m);
		expect(stdout).toMatch(/^But: no address of the node is known, .*--node-ip\.$/m);
		const json = await svcnat([...args, "-o", "json"]);
		expect(JSON.parse(json.stdout)).toMatchObject({
			caveats: [expect.stringContaining("lines 3, 4"), expect.any(String)],
		});
	});

	it.each<readonly [what: string, args: readonly string[], message: RegExp]>([
		["no --to", ["--from", "node"], /give --from and --to/],
		["a Service that is not there", ["--from", "node", "--to", "web.nowhere:80"], /no Service nowhere\/web/],
		["a port it has not", ["--from", "node", "--to", "web.shop:81"], /has no port 81; its ports: 80 \(http\)\/tcp/],
		["no port", ["--from", "node", "--to", "10.96.10.20"], /--to: expected IP:PORT/],
		["two families", ["--from", "10.1.1.1", "--to", "[fd00::1]:80"], /expected addresses of one family/],
		["a pod nobody knows", ["--from", "shop/nobody", "--to", "web.shop:80"], /no endpoint of a Service is the pod/],
		["one mode to compare", [...WEB, "--compare", "ipvs"], /--compare: expected two modes or more/],
		["the same mode twice", [...WEB, "--compare", "ipvs,ipvs"], /--compare: expected two modes or more/],
		[
			"a mode nobody knows",
			[...WEB, "--compare", "ipvs,bpf"],
			/--compare: expected one of iptables, ipvs, nftables, got "bpf"/,
		],
		[
			"a mode that the version does not have",
			[...WEB, "--compare", "iptables,nftables", "--kube-version", "1.30"],
			/kube-proxy: --compare: expected iptables or ipvs \(nftables is an alpha in 1\.30/,
		],
		[
			"a diagram of two modes",
			[...WEB, "--compare", "ipvs,iptables", "-o", "dot"],
			/expected -o text or json, got dot/,
		],
		["a strange affinity", [...WEB, "--affinity", "web"], /--affinity: expected IP:PORT/],
		["no name of an interface", [...WEB, "--in-interface", ""], /--in-interface: expected the name/],
		["port 0", ["--from", "node", "--to", "node:0"], /--to: expected IP:PORT/],
		["a headless Service", ["--from", "node", "--to", "db.shop:5432"], /svcnat explain shop\/db says why/],
		["all nodes, and one", ["--from", "all-nodes", "--to", "web.shop:80"], /--from all-nodes asks every node/],
		["a seed of letters", [...WEB, "--seed", "x"], /--seed: expected a whole number/],
		["a seed for a table", [...WEB, "--compare", "ipvs,iptables", "--seed", "1"], /leave out --seed/],
		["rules to compare", ["--rules", "x", ...WEB, "--compare", "ipvs,iptables"], /give -f, not --rules/],
	])("%s is exit 2 with a reason", async (_, args, message) => {
		const { stdout, stderr, exitCode } = await svcnat([...SHOP, ...args]);
		expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
		expect(stderr).toMatch(message);
	});
});

describe("svcnat trace through IPVS", () => {
	it.each<readonly [from: string, to: string, verdicts: readonly string[]]>([
		[
			"10.244.1.9",
			"web.shop:http",
			["forwarded 0.5 10.244.1.5:8080 10.244.1.9", "forwarded 0.5 10.244.2.7:8080 10.244.1.9"],
		],
		["external", "node:30080", ["forwarded 1 10.244.1.5:8080 198.18.0.77"]],
		["external", "admin.shop:80", ["rejected 1 10.96.10.50:80 198.18.0.77"]],
		["external", "10.96.10.20:81", ["rejected 1 10.96.10.20:81 198.18.0.77"]],
		[
			"node",
			"cart.shop:8080",
			["forwarded 0.5 10.244.1.6:8080 192.0.2.11", "forwarded 0.5 10.244.2.6:8080 192.0.2.11"],
		],
	])("from %s to %s", async (from, to, expected) => {
		const { stdout, exitCode } = await svcnat([
			...SHOP,
			"--proxy-mode",
			"ipvs",
			"--from",
			from,
			"--to",
			to,
			"-o",
			"json",
			"-q",
		]);
		expect(exitCode).toBe(0);
		const { outcomes } = JSON.parse(stdout) as { outcomes: readonly Traced[] };
		expect(outcomes.map(summary)).toEqual(expected);
	});

	it("says what a dump lacks", async () => {
		const directory = temporaryDirectory();
		const { exitCode } = await svcnat([
			"dump",
			...SHOP.slice(1),
			"--proxy-mode",
			"ipvs",
			"--output-dir",
			directory,
			"-q",
		]);
		expect(exitCode).toBe(0);
		const rest = ["--node-ip", "192.0.2.11", "--from", "external", "--to", "10.96.10.20:80", "-q"];
		const alone = await svcnat(["trace", "--rules", join(directory, "save.v4.txt"), ...rest]);
		expect(alone.stdout).toContain(
			"Verdict: cannot tell: the node is in IPVS mode and its virtual servers are not known",
		);
		const whole = await svcnat(["trace", "--rules", directory, ...rest]);
		expect(whole.stdout).toContain("Verdict: forwarded to one of 2 endpoints; ");
		const named = await svcnat(["trace", "--rules", directory, ...SHOP.slice(1), ...rest.slice(2)]);
		expect(named.stdout).toContain("Verdict: forwarded to one of 2 endpoints of shop/web:http; ");
		expect(named.stdout).toContain("pod shop/web-5d9c-k2j4q on worker-1");
	});
});

describe("svcnat trace, several at once", () => {
	it("shows every node, or those that can be asked", async () => {
		const { stdout } = await svcnat([
			...FILES,
			"--node",
			"*",
			"--from",
			"external",
			"--to",
			"node:30080",
			"-o",
			"json",
			"-q",
		]);
		const { nodes } = JSON.parse(stdout) as {
			nodes: readonly { packet: { node: string }; outcomes: readonly Traced[] }[];
		};
		expect(nodes.map(({ packet, outcomes }) => [packet.node, ...outcomes.map(summary)])).toEqual([
			["control-1", "dropped 1 192.0.2.10:30080 198.18.0.77"],
			["worker-1", "forwarded 1 10.244.1.5:8080 198.18.0.77"],
			["worker-2", "forwarded 1 10.244.2.7:8080 198.18.0.77"],
		]);
	});

	it("lets every node dial", async () => {
		const { stdout } = await svcnat([...FILES, "--from", "all-nodes", "--to", "web.shop:80", "-q"]);
		const lines = stdout.trimEnd().split("\n");
		expect(lines.map((line) => line.trim().split(/ +/).slice(0, 4).join(" "))).toEqual([
			"NODE PACKET WHAT BECOMES",
			"control-1 192.0.2.10 to 10.96.10.20:80",
			"worker-1 192.0.2.11 to 10.96.10.20:80",
			"worker-2 192.0.2.12 to 10.96.10.20:80",
		]);
	});

	it("tells what another mode changes", async () => {
		const compare = ["--compare", "iptables,ipvs", "-q"];
		const same = await svcnat([...SHOP, ...compare, "--from", "10.244.1.9", "--to", "web.shop:80"]);
		expect(same.stdout).toContain("Nothing changes for client and endpoint");
		const other = await svcnat([...SHOP, ...compare, "--from", "external", "--to", "10.96.10.20:81", "-o", "json"]);
		expect(JSON.parse(other.stdout)).toMatchObject({
			packet: { to: "10.96.10.20", port: 81, node: "worker-1" },
			equal: false,
			differences: [{ kind: "verdict", iptables: "forwarded", ipvs: "rejected" }],
			modes: { iptables: { outcomes: [{ verdict: "forwarded" }] }, ipvs: { outcomes: [{ verdict: "rejected" }] } },
		});
	});

	it("follows one path, the same for the same seed", async () => {
		const destinations = new Set<string>();
		for (const seed of ["0", "1"]) {
			const args = [...SHOP, ...WEB, "--seed", seed, "-o", "json", "-q"];
			const [first, again] = [await svcnat(args), await svcnat(args)];
			expect(again.stdout).toBe(first.stdout);
			const { outcomes } = JSON.parse(first.stdout) as { outcomes: readonly Traced[] };
			expect(outcomes).toHaveLength(1);
			for (const { destination } of outcomes) destinations.add(destination.ip);
		}
		expect(destinations.size).toBe(2);
	});
});

interface Traced {
	readonly verdict: string;
	readonly probability: number;
	readonly destination: { readonly ip: string; readonly port: number };
	readonly source: string;
}

function summary({ verdict, probability, destination, source }: Traced): string {
	return `${verdict} ${probability} ${destination.ip}:${destination.port} ${source}`;
}
