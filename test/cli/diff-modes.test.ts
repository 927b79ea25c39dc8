import { describe, expect, it } from "vitest";
import { svcnat } from "../support/svcnat.ts";

const SHOP = ["-f", "fixtures/shop", "--node", "worker-1", "--cluster-cidr", "10.244.0.0/16,fd00:10:244::/56"];
const MODES = ["iptables", "ipvs", "nftables"];
const PAIRS = MODES.flatMap((old) =>
	MODES.filter((current) => current !== old).map((current) => [old, current] as const),
);

async function compared(old: string, current: string, ...args: readonly string[]) {
	const { stdout, stderr, exitCode } = await svcnat([
		"diff",
		...SHOP,
		"--from-mode",
		old,
		"--to-mode",
		current,
		...args,
	]);
	return { stdout, stderr, exitCode };
}

interface Told {
	readonly node: string;
	readonly modes: readonly string[];
	readonly packets: number;
	readonly services: number;
	readonly servicesChanged: number;
	readonly equal: boolean;
	readonly groups: readonly {
		readonly services: readonly string[];
		readonly changes: readonly {
			readonly places: readonly string[];
			readonly clients: readonly string[];
			readonly packets: readonly { readonly packet: { readonly to: string; readonly port: number } }[];
		}[];
	}[];
}

async function toldOf(old: string, current: string): Promise<Told> {
	return JSON.parse((await compared(old, current, "-o", "json")).stdout) as Told;
}

describe("svcnat diff --from-mode --to-mode", () => {
	it.each(
		PAIRS,
	)("tells from %s to %s which packets are treated otherwise, and the same the other way round", async (old, current) => {
		const [there, back] = await Promise.all([toldOf(old, current), toldOf(current, old)]);
		expect(there).toMatchObject({ node: "worker-1", modes: [old, current], equal: false, services: 6 });
		expect([back.packets, back.servicesChanged]).toEqual([there.packets, there.servicesChanged]);
		const packetsOf = ({ groups }: Told): readonly string[] =>
			groups
				.flatMap(({ changes }) => changes.flatMap(({ packets }) => packets.map(({ packet }) => JSON.stringify(packet))))
				.sort();
		expect(packetsOf(back)).toEqual(packetsOf(there));
		const { exitCode, stderr } = await compared(old, current);
		expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
	});

	it("says nothing changes, with exit status 0, where nothing does", async () => {
		const { stdout, exitCode } = await compared("ipvs", "nftables", "-n", "kube-system");
		expect({ stdout, exitCode }).toEqual({
			stdout:
				"nothing changes for clients from ipvs to nftables: 22 kinds of packets were followed through both, on node worker-1\n",
			exitCode: 0,
		});
	});

	it("finds node ports on localhost and on further addresses, from what packets meet there", async () => {
		const { stdout } = await compared(
			"iptables",
			"nftables",
			"--interface",
			"eth1=198.51.100.7/24",
			"--service",
			"shop/web",
		);
		expect(stdout).toContain(
			"node port at a further address of the node; node port at 127.0.0.1\n    from this node itself, to 198.51.100.7:30080/tcp, 127.0.0.1:30080/tcp\n",
		);
		expect(stdout).toContain("      nftables  is left to the node's own processes\n");
	});

	it("asks for a port that no Service has at load-balancer IPs too, which IPVS refuses and nftables does not look at", async () => {
		const { stdout, exitCode } = await compared("ipvs", "nftables", "--ip-family", "ipv4", "--service", "shop/web");
		expect(stdout).toContain(
			[
				"  a port of its load-balancer IP that it does not have",
				"    from a pod of this node, this node itself and outside, to 203.0.113.10:9/tcp",
				"      ipvs      refused: port unreachable",
				"      nftables  passes as it is: no rule sends it to an endpoint",
				"",
			].join("\n"),
		);
		expect(exitCode).toBe(1);
	});

	it.each([
		["iptables", "nftables"],
		["ipvs", "nftables"],
	] as const)("asks for node ports at a second InternalIP of the Node too, but not at its ExternalIP: from %s to %s", async (old, current) => {
		const input = JSON.stringify({
			apiVersion: "v1",
			kind: "Node",
			metadata: { name: "two-addresses" },
			status: {
				addresses: [
					{ type: "InternalIP", address: "192.0.2.99" },
					{ type: "ExternalIP", address: "203.0.113.99" },
					{ type: "InternalIP", address: "198.51.100.99" },
				],
			},
		});
		const args = [
			"diff",
			"-f",
			"-",
			"-f",
			"fixtures/shop",
			"--node",
			"two-addresses",
			"--cluster-cidr",
			"10.244.0.0/16",
		];
		const modes = ["--from-mode", old, "--to-mode", current, "--service", "shop/admin", "--ip-family", "ipv4"];
		const { stdout } = await svcnat([...args, ...modes], { input });
		expect(stdout).toContain(
			[
				"  node port at a further address of the node",
				"    from a pod of this node, this node itself and outside, to 198.51.100.99:30090/tcp",
				`      ${old.padEnd(8)}  refused: port unreachable`,
				"      nftables  is left to the node's own processes",
				"",
			].join("\n"),
		);
		expect(stdout).not.toContain("203.0.113.99");
	});

	it("narrows to a Service", async () => {
		const { stdout } = await compared("iptables", "ipvs", "--service", "shop/cart");
		expect(stdout).toContain("\nshop/cart\n");
		expect(stdout).not.toContain("shop/web");
	});

	it.for([
		[
			["--service", "shop/crat"],
			'--service "shop/crat": there is no Service "shop/crat"; similar ones: shop/cart; expected NAMESPACE/NAME, NAME.NAMESPACE, or NAME with -n',
		],
		[
			["--service", "shop/web:80"],
			'--service "shop/web:80": Service shop/web has no port of the name "80"; its ports: 80/TCP (http)',
		],
		[
			["-n", "nope"],
			'-n "nope": there is no Service in this namespace; namespaces with Services: default, kube-system, shop',
		],
		[["-n", "shop", "-l", "tier=nope"], '-n "shop" -l "tier=nope": no Service with a port fits'],
	] as const)("refuses %s, which no Service fits", async ([args, message]) => {
		expect(await compared("iptables", "ipvs", ...args)).toEqual({
			stdout: "",
			stderr: `error: ${message}\n`,
			exitCode: 2,
		});
	});

	it.each([
		["nftables", "ipvs", "--from-mode"],
		["ipvs", "nftables", "--to-mode"],
	] as const)("names the option with a mode that the version does not have: from %s to %s", async (old, current, option) => {
		const { stdout, stderr, exitCode } = await compared(old, current, "--kube-version", "1.30");
		expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
		expect(stderr).toContain(`error: kube-proxy: ${option}: expected iptables or ipvs (nftables is an alpha in 1.30, `);
	});

	it("refuses a namespace without Services in explain --compare, too", async () => {
		const args = ["explain", "node", ...SHOP, "-n", "nope", "--compare", "iptables,ipvs"];
		const { stdout, stderr, exitCode } = await svcnat(args);
		expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
		expect(stderr).toContain('error: -n "nope": there is no Service in this namespace; ');
	});
});
