import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { svcnat } from "../support/svcnat.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { expectTrouble, written } from "./diff-support.ts";

const NODE = ["--node", "worker-1", "--cluster-cidr", "10.244.0.0/16", "--proxy-mode", "nftables", "-q"];
const AFTER = ["-f", "fixtures/shop-after-rollout", ...NODE];

async function dumped(output: string, ...args: readonly string[]): Promise<string> {
	const { stdout } = await svcnat(["dump", "-f", "fixtures/shop", ...NODE, "-o", output, ...args]);
	return stdout;
}

describe("svcnat diff in the nftables mode", () => {
	it("finds no difference between objects and what nft lists, or reads, of them, whatever it is called", async () => {
		const directory = temporaryDirectory();
		for (const [name, text] of [
			["listing", await dumped("save", "--ip-family", "dual")],
			["ruleset.txt", await dumped("save")],
			["transaction", await dumped("restore")],
			["nft.v4.txt", await dumped("restore")],
		] as const) {
			const file = written(directory, name, text);
			const live = await svcnat(["diff", "-f", "fixtures/shop", ...NODE, "--live", file]);
			expect(live).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("no difference") });
			const operands = await svcnat(["diff", file, "fixtures/shop", ...NODE]);
			expect(operands).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("no difference") });
		}
	});

	it("tells a stale node by Service, and how to put it right", async () => {
		const file = written(temporaryDirectory(), "listing", await dumped("save"));
		const { stdout, exitCode } = await svcnat(["diff", ...AFTER, "--live", file, "--service", "shop/admin"]);
		expect(exitCode).toBe(1);
		expect(stdout).toMatch(/^1 service port differs; \d+ rules missing on the node, \d+ too many on the node/);
		expect(stdout).toContain(
			'  connections to cluster IP 10.96.10.50:80/tcp are rejected ("connection refused"); they should be forwarded\n',
		);
		expect(stdout).toContain("+ add element ip kube-proxy service-nodeports { tcp . 30090 : goto external-");
		const restore = await svcnat(["diff", ...AFTER, "--live", file, "-o", "restore"]);
		expect(restore.stdout).toMatch(
			/^delete element ip kube-proxy no-endpoint-services \{ 10\.96\.10\.50 \. tcp \. 80 \}$/m,
		);
	});

	it("shows rules as a unified diff, place by place, and everything as JSON", async () => {
		const sides = ["diff", "fixtures/shop", "fixtures/shop-after-rollout", ...NODE];
		const rules = await svcnat([...sides, "-o", "rules", "--service", "shop/web"]);
		expect(rules.stdout).toMatch(/^--- fixtures\/shop\n\+\+\+ fixtures\/shop-after-rollout\n@@ ip kube-proxy \S+ @@\n/);
		const { stdout } = await svcnat([...sides, "-o", "json", "-n", "shop"]);
		const { equal, services, chains, rules: lines } = JSON.parse(stdout);
		expect(equal).toBe(false);
		expect(services.map((one: { readonly servicePort: string }) => one.servicePort)).toEqual([
			"shop/admin:http",
			"shop/web:http",
		]);
		expect(chains).toContainEqual(expect.objectContaining({ table: "ip kube-proxy", existence: "added" }));
		expect(lines.added).toContain(
			"add element ip kube-proxy hairpin-connections { 10.244.1.9 . 10.244.1.9 . tcp . 8080 }",
		);
	});

	it("says first what another mode left that can still take packets, in every form, and counts it", async () => {
		const directory = temporaryDirectory();
		const old = join(directory, "old");
		const ipvs = ["--node", "worker-1", "--cluster-cidr", "10.244.0.0/16", "--proxy-mode", "ipvs", "-q"];
		await svcnat(["dump", "-f", "fixtures/shop", ...ipvs, "--output-dir", old]);
		const listing = written(directory, "listing", await dumped("save"));
		const metrics = join(directory, "svcnat.prom");
		const diff = ["diff", "-f", "fixtures/shop", ...NODE, "--live", listing, "--live", old];
		const text = await svcnat([...diff, "--metrics", metrics]);
		expect(text.exitCode).toBe(1);
		expect(text.stdout).toMatch(/^what the IPVS mode left behind can still take packets; no other difference: /);
		expect(text.stdout).toMatch(
			/^ {2}error: left behind by the IPVS mode.*svcnat cleanup --proxy-mode ipvs --no-settings/m,
		);
		expect(readFileSync(metrics, "utf8")).toMatch(/^svcnat_drift 1\n[\s\S]*^svcnat_leftover_modes 1$/m);
		const json = await svcnat([...diff, "-o", "json"]);
		expect(json.exitCode).toBe(1);
		expect(JSON.parse(json.stdout)).toMatchObject({ equal: true, leftovers: ["ipvs"], services: [] });
	});

	it("compares both families when the listing has both tables, whatever else is given, and says when it has one", async () => {
		const directory = temporaryDirectory();
		const both = written(directory, "both", await dumped("save", "--ip-family", "dual"));
		const one = written(directory, "one", await dumped("save"));
		const iptables = [
			"--node",
			"worker-1",
			"--cluster-cidr",
			"10.244.0.0/16",
			"--ip-family",
			"ipv4",
			"-q",
			"-o",
			"save",
		];
		const { stdout } = await svcnat(["dump", "-f", "fixtures/shop", ...iptables]);
		const rules = written(directory, "rules", stdout);
		const loud = NODE.filter((word) => word !== "-q");
		const live = (...more: readonly string[]) => svcnat(["diff", "-f", "fixtures/shop", ...loud, ...more]);
		const dual = await live("--live", both, "--live", rules);
		expect(dual.stdout).toMatch(/\(IPv4\)$[\s\S]*no difference: .* \(IPv6\)$/m);
		const single = await live("--live", one);
		expect(single.stdout).not.toContain("IPv6");
		expect(single.stderr).toContain(
			"kube-proxy's table of IPv4 only; IPv6 is left out (--ip-family dual compares both)",
		);
		const named = await live("--live", one, "--ip-family", "dual");
		expect(named).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("none of kube-proxy's rules") });
		const node = ["--node", "worker-1", "--cluster-cidr", "10.244.0.0/16"];
		const old = await svcnat(["diff", "-f", "fixtures/shop", ...node, "--live", rules, "--live", both]);
		expect(old.stdout).toMatch(
			/^what the nftables mode left behind can still take packets; no other difference: .* \(IPv4\)$/m,
		);
		expect(old.stderr).toContain("ipv6: the node's texts say nothing of the mode that is compared");
	});

	it("refuses listings without elements, and JSON", async () => {
		const directory = temporaryDirectory();
		const terse = (await dumped("save")).replaceAll(/^\t\telements = \{[^}]*\}\n/gm, "");
		expect(terse).not.toContain("elements");
		for (const [text, message] of [
			[terse, /table ip kube-proxy has chains of Services, but no set or map has an element, as nft -t prints it/],
			['{"nftables": [{"metainfo": {"json_schema_version": 1}}]}\n', /is JSON, as nft -j prints it: give what nft -s/],
		] as const) {
			const live = await svcnat(["diff", "-f", "fixtures/shop", ...NODE, "--live", written(directory, "live", text)]);
			expectTrouble(live, message);
		}
	});

	it("says that a node has nothing, and that there is nothing to compare", async () => {
		const directory = temporaryDirectory();
		const empty = written(directory, "ruleset.txt", "");
		const bare = await svcnat(["diff", ...AFTER, "--live", empty, "--ip-family", "ipv4"]);
		expect(bare).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("none of kube-proxy's rules") });
		const nobody = await svcnat(["diff", ...AFTER, "--live", empty]);
		expect(nobody).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("give --ip-family") });
		const listing = written(directory, "listing", await dumped("save"));
		const iptables = await svcnat(["diff", "-f", "fixtures/shop", "--node", "worker-1", "-q", "--live", listing]);
		expect(iptables.stderr).toMatch(
			/nothing to compare: \S+listing has rules of nftables, fixtures\/shop has rules of iptables/,
		);
	});
});
