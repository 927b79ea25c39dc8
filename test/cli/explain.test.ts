import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { svcnat } from "../support/svcnat.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const SHOP = ["-f", "fixtures/shop", "--node", "worker-1", "--cluster-cidr", "10.244.0.0/16,fd00:10:244::/56"];

describe("svcnat explain", () => {
	it.each<readonly [args: readonly string[], first: RegExp, status: number]>([
		[
			["web.shop"],
			/^shop\/web: 2 of 4 IPv4 endpoints serve \(1 not ready, 1 terminating\) and 2 of 2 IPv6 endpoints serve; /,
			0,
		],
		[["shop/web"], /^shop\/web: 2 of 4/, 0],
		[["web", "-n", "shop"], /^shop\/web: 2 of 4/, 0],
		[["svc/web", "-n", "shop"], /^shop\/web: 2 of 4/, 0],
		[["web.shop", "--ip-family", "ipv4"], /^shop\/web: 2 of 4 endpoints serve/, 0],
		[["web.shop", "--proxy-mode", "ipvs"], /^shop\/web: 2 of 4 IPv4 endpoints/, 0],
		[["db.shop"], /^shop\/db: no rules; headless/, 0],
		[["admin.shop"], /^shop\/admin: 0 of 1 endpoint serves \(1 not ready\); not reachable at/, 1],
		[["10.96.10.20"], /^10\.96\.10\.20: cluster IP of Service shop\/web/, 0],
		[["10.96.10.50:80"], /^10\.96\.10\.50:80: cluster IP of Service shop\/admin, port 80\/TCP/, 1],
		[["[fd00:10:96::1420]:80/tcp"], /^\[fd00:10:96::1420\]:80\/tcp: cluster IP of Service shop\/web/, 0],
		[["node:30080"], /^node:30080: node port of Service shop\/web/, 0],
		[["KUBE-SVC-67NZLRHBNDSAWJRO"], /^KUBE-SVC-67NZLRHBNDSAWJRO: of shop\/web:http; spreads connections/, 0],
		[["KUBE-POSTROUTING"], /^KUBE-POSTROUTING: shared by all Services; masquerades/, 0],
		[["node"], /^node worker-1: 6 Services, 3 node ports, 2 external frontends, 6 endpoints of its own/, 1],
		[["node", "-n", "kube-system"], /^node worker-1: /, 0],
		[["worker-1"], /^node worker-1: 6 Services/, 1],
		[["web.shop:http"], /^shop\/web: 2 of 4/, 0],
		[["shop/web:80"], /^shop\/web: 2 of 4/, 0],
		[
			["kube-dns.kube-system:53", "--compare", "ipvs,nftables"],
			/^nothing changes for clients from ipvs to nftables: /,
			0,
		],
		[
			["web.shop", "--compare", "iptables,nftables"],
			/^from iptables to nftables, 1 of 1 Service changes for some clients: /,
			1,
		],
		[["web.shop", "--proxy-mode", "nftables"], /^shop\/web: 2 of 4 IPv4 endpoints/, 0],
		[
			["external-KHN6ECMT-shop/web/tcp/http", "--proxy-mode", "nftables"],
			/^external-KHN6ECMT-shop\/web\/tcp\/http: of shop\/web:http; traffic from outside/,
			0,
		],
		[["nodeport-ips", "--proxy-mode", "nftables"], /^nodeport-ips: shared by all Services; has the addresses/, 0],
	])("%j", async (args, first, status) => {
		const { stdout, stderr, exitCode } = await svcnat(["explain", ...args, ...SHOP]);
		expect(stdout).toMatch(first);
		expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: status });
	});

	it("prints JSON, and all rules with --verbose", async () => {
		const json = await svcnat(["explain", "admin.shop", ...SHOP, "-o", "json"]);
		expect(json.exitCode).toBe(1);
		expect(JSON.parse(json.stdout)).toMatchObject({
			service: "shop/admin",
			endpoints: [
				{ address: "10.244.2.30", port: 3000, used: false, by: [], reason: expect.stringMatching(/not ready/) },
			],
			findings: [{ code: "NO_ENDPOINTS", severity: "error" }],
		});
		const verbose = await svcnat(["explain", "web.shop", ...SHOP, "-v"]);
		expect(verbose.stdout).toContain(
			"-j DNAT --to-destination 10.244.1.5:8080  # the destination becomes this endpoint",
		);
	});

	it("takes another DNS domain", async () => {
		const { stdout } = await svcnat(["explain", "web.shop", ...SHOP, "--cluster-domain", "k8s.example"]);
		expect(stdout).toContain("  web.shop.svc.k8s.example A 10.96.10.20\n");
	});

	it("writes out what would steer the terminal", async () => {
		const file = join(temporaryDirectory(), "hostile.json");
		const evil = "n\u001b]0;pwned\u0007\u202e\nshop/web: all is well";
		const spec = { type: "ExternalName", externalName: evil };
		const objects = [
			{ apiVersion: "v1", kind: "Service", metadata: { name: "alias", namespace: "shop" }, spec },
			{
				apiVersion: "discovery.k8s.io/v1",
				kind: "EndpointSlice",
				metadata: { name: "alias-1", namespace: "shop", labels: { "kubernetes.io/service-name": "alias" } },
				addressType: "IPv4",
				ports: [{ name: "", port: 80 }],
				endpoints: [{ addresses: ["10.244.1.1"], nodeName: evil, hints: { forZones: [{ name: evil }] } }],
			},
		];
		writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
		const node = ["--node", "n1", "--node-ip", "192.0.2.1", "-q"];
		const { stdout, exitCode } = await svcnat(["explain", "alias.shop", "-f", file, ...node]);
		expect(exitCode).toBe(0);
		expect(stdout.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
		expect(stdout.split("\n").filter((line) => line.startsWith("shop/web"))).toEqual([]);
	});

	it.each<readonly [what: string, args: readonly string[], message: RegExp]>([
		["nothing asked", [], /explain: expected one of a Service .*, got 0 words/],
		["two things asked", ["web.shop", "node"], /got 2 words/],
		["nonsense", ["10.0.0.0/8"], /explain: expected a Service .*; got "10\.0\.0\.0\/8"/],
		["standard input", ["-"], /explain: expected a Service .*; got "-"/],
		["another namespace", ["web.shop", "-n", "default"], /, in namespace "default"; got "web\.shop"/],
		["a Service that is not there", ["wbe.shop"], /there is no Service "shop\/wbe"; similar ones: /],
		["a namespace that is not there", ["x.nowhere"], /namespaces with Services: default, kube-system, shop/],
		["a port that is not there", ["web.shop:81"], /Service shop\/web has no port "81"; its ports: 80\/TCP \(http\)/],
		[
			"another Node",
			["worker-2"],
			/no Service "worker-2", but a Node: svcnat explain node --node worker-2 explains it/,
		],
		["a chain that is not there", ["KUBE-SVC-AAAAAAAAAAAAAAAA"], /the node has no chain "KUBE-SVC-AAAAAAAAAAAAAAAA"/],
		["an address of nobody", ["10.1.1.1"], /10\.1\.1\.1 is nobody's that this snapshot knows/],
		["a domain that is none", ["web.shop", "--cluster-domain", "a b"], /--cluster-domain: expected a DNS name such as/],
	])("%s is exit 2 with a reason", async (_, args, message) => {
		const { stdout, stderr, exitCode } = await svcnat(["explain", ...args, ...SHOP, "-q"]);
		expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
		expect(stderr).toMatch(message);
	});
});
