import { beforeAll, describe, expect, it } from "vitest";
import { type Run, svcnat } from "../support/svcnat.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import {
	changedShop,
	compareLive,
	dumped,
	ENDPOINT,
	goodAndBroken,
	LIVE,
	NODE,
	SHOP,
	withoutEndpoint,
	written,
} from "./diff-support.ts";

let good = "";
let broken = "";

beforeAll(async () => {
	({ good, broken } = await goodAndBroken());
});

const live = (...args: readonly string[]): Promise<Run> => compareLive(broken, ...args);

describe("svcnat diff -o", () => {
	it("json gives plain data, by service port", async () => {
		const { stdout, exitCode } = await live("-o", "json");
		const value = JSON.parse(stdout);
		expect({ exitCode, value }).toMatchObject({
			exitCode: 1,
			value: {
				equal: false,
				services: [
					{
						servicePort: "shop/cart",
						changes: [{ kind: "endpoint-added", detail: ENDPOINT }, { kind: "share-changed" }],
					},
				],
				rules: { added: [/.*/, /.*/, /.*/, /.*/].map((any) => expect.stringMatching(any)), removed: [] },
				conntrack: [],
			},
		});
		expect(Object.keys(value)).toEqual(["equal", "leftovers", "services", "rules", "chains", "conntrack", "findings"]);
		for (const change of value.services[0].changes) expect(Object.keys(change)).toEqual(["kind", "detail", "message"]);
	});

	it("json of two equal sides has empty lists", async () => {
		const { stdout, exitCode } = await svcnat([...LIVE, "--live", "-", "-q", "-o", "json"], { input: good });
		const nothing = {
			equal: true,
			services: [],
			rules: { added: [], removed: [] },
			chains: [],
			conntrack: [],
			findings: [],
			leftovers: [],
		};
		expect({ exitCode, value: JSON.parse(stdout) }).toEqual({ exitCode: 0, value: nothing });
	});

	it("json names the family of each Service when there are two", async () => {
		const dual = withoutEndpoint(await dumped("-o", "save", "--ip-family", "dual"));
		const { stdout } = await svcnat([...LIVE, "--live", "-", "-q", "-o", "json"], { input: dual });
		expect(JSON.parse(stdout).services).toMatchObject([{ ipFamily: "ipv4", servicePort: "shop/cart" }]);
	});

	it("json has the commands that make conntrack forget", async () => {
		const directory = temporaryDirectory();
		const old = written(directory, "old.json", dnsService("10.244.0.1", "10.244.0.2"));
		const current = written(directory, "new.json", dnsService("10.244.0.2"));
		const { stdout } = await svcnat(["diff", old, current, "-q", "-o", "json"]);
		expect(JSON.parse(stdout)).toMatchObject({
			services: [{ servicePort: "default/dns", changes: [{ kind: "endpoint-removed", detail: "10.244.0.1:53" }] }],
			conntrack: ["conntrack -D -p udp --orig-dst 10.96.0.9 --orig-port-dst 53 --dst-nat 10.244.0.1"],
		});
		const text = await svcnat(["diff", old, current, "-q"]);
		expect(text.stdout).toContain("  conntrack -D -p udp --orig-dst 10.96.0.9");
	});

	it("rules gives a unified diff, and nothing when there is none", async () => {
		const { stdout, exitCode } = await live("-o", "rules");
		expect(exitCode).toBe(1);
		expect(stdout).toMatch(/^--- standard input\n\+\+\+ .*shop\n@@ nat KUBE-SE[PV]\S+ @@\n[+]-A KUBE-/);
		expect(stdout.split("\n").filter((line) => /^[+-]-A /.test(line)).length).toBe(4);
		const equal = await svcnat([...LIVE, "--live", "-", "-q", "-o", "rules"], { input: good });
		expect(equal).toMatchObject({ exitCode: 0, stdout: "" });
	});

	it("restore gives what iptables-restore reads, and nothing when nothing is to be done", async () => {
		const { stdout, exitCode } = await live("-o", "restore");
		expect({ exitCode, stdout }).toEqual({
			exitCode: 1,
			stdout: expect.stringMatching(/^\*nat\n(?:-[AI] KUBE-S.*\n){4}COMMIT\n$/),
		});
		const equal = await svcnat([...LIVE, "--live", "-", "-q", "-o", "restore"], { input: good });
		expect(equal).toMatchObject({ exitCode: 0, stdout: "" });
	});

	it("restore gives a part for each tool in IPVS mode", async () => {
		const changed = changedShop(temporaryDirectory());
		const { stdout, exitCode } = await svcnat([
			"diff",
			changed,
			SHOP,
			...NODE,
			"--proxy-mode",
			"ipvs",
			"-q",
			"-o",
			"restore",
		]);
		expect(exitCode).toBe(1);
		expect(stdout).toMatch(/^-a -t 10\.96\.10\.30:8080 -r 10\.244\.2\.6:8080 -m -w 1\n$/);
	});
});

/** A node, and a Service for UDP with these endpoints. */
function dnsService(...ips: readonly string[]): string {
	const ports = [{ port: 53, protocol: "UDP" }];
	const address = { type: "InternalIP", address: "192.0.2.1" };
	const metadata = { name: "dns-1", labels: { "kubernetes.io/service-name": "dns" } };
	const endpoints = ips.map((ip) => ({ addresses: [ip] }));
	const slice = {
		apiVersion: "discovery.k8s.io/v1",
		kind: "EndpointSlice",
		metadata,
		addressType: "IPv4",
		ports,
		endpoints,
	};
	const items = [
		{ apiVersion: "v1", kind: "Node", metadata: { name: "n" }, status: { addresses: [address] } },
		{ apiVersion: "v1", kind: "Service", metadata: { name: "dns" }, spec: { clusterIP: "10.96.0.9", ports } },
		slice,
	];
	return JSON.stringify({ apiVersion: "v1", kind: "List", items });
}
