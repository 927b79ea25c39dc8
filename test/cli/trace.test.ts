import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { svcnat } from "../support/svcnat.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const SHOP = ["trace", "-f", "fixtures/shop", "--node", "worker-1", "--cluster-cidr", "10.244.0.0/16"];

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
		expect({ stdout, exitCode }).toMatchObject({ stdout: expect.stringContaining("100 % unknown: "), exitCode: 0 });
	});

	it.each<readonly [what: string, args: readonly string[], message: RegExp]>([
		["no --to", ["--from", "node"], /give --from and --to/],
		["a Service that is not there", ["--from", "node", "--to", "web.nowhere:80"], /no Service nowhere\/web/],
		["a port it has not", ["--from", "node", "--to", "web.shop:81"], /has no port 81; its ports: 80 \(http\)\/tcp/],
		["no port", ["--from", "node", "--to", "10.96.10.20"], /--to: expected IP:PORT/],
		["two families", ["--from", "10.1.1.1", "--to", "[fd00::1]:80"], /expected addresses of one family/],
		["a pod nobody knows", ["--from", "shop/nobody", "--to", "web.shop:80"], /no endpoint of a Service is the pod/],
		["IPVS", ["--from", "node", "--to", "web.shop:80", "--proxy-mode", "ipvs"], /not there yet/],
	])("%s is exit 2 with a reason", async (_, args, message) => {
		const { stdout, stderr, exitCode } = await svcnat([...SHOP, ...args]);
		expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
		expect(stderr).toMatch(message);
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
